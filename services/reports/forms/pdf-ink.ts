import PDFDocument from 'pdfkit'
import { formatInstant, type Instant } from '../../../rules/index.ts'
import { FONT_FILES } from '../../charts/index.ts'
import { oneLine } from '../../text/index.ts'
import { COLOURS, LINES, type Line, STYLES, type StyleName } from './pdf-lines.ts'

/** A node of the tree by which somebody who cannot see the pages reads them. What is drawn in it is its content. */
export interface Tag {
  add(content: () => void): unknown
  end(): void
}

/** Where something stands, in points from the left top of the page. */
export interface Place {
  readonly left: number
  readonly top: number
  readonly width: number
}

export type Pen = PDFKit.PDFDocument

/** What a document says of itself. */
export interface About {
  readonly title: string
  readonly locale: string
  /** An instant of the matter itself: the time of day would make every copy another one. */
  readonly created: Instant
}

/** A4 in points. */
export const PAGE = { width: 595.28, height: 841.89 } as const

/** In sizes: where letters stand in a line without leading, and where pdfkit puts them (the ascent of the font). */
const BASELINE = 0.79
const ASCENT = 1.024

/** How far above what it leads to a link shows the page. */
const ABOVE = 50

/**
 * Writes on pages and into the tree beside them. Until {@link begin} it only measures: whatever is written goes nowhere,
 * so that the same code can find out first how many pages there will be.
 */
export class Ink {
  readonly #doc: Pen
  readonly #bytes: Promise<Buffer>
  readonly #widths = { regular: new Map<string, number>(), bold: new Map<string, number>() }
  #root: Tag = NOWHERE
  #bookmarks: PDFKit.PDFOutline
  #isDry = true
  #isTagged = false
  #isLacking = false

  constructor({ title, locale, created }: About) {
    this.#doc = new PDFDocument({
      size: 'A4',
      margin: 0,
      autoFirstPage: false,
      font: FONT_FILES.regular,
      pdfVersion: '1.7',
      lang: locale,
      displayTitle: true,
      info: { Title: plainTitle(title), Author: 'Servanda', Creator: 'Servanda', CreationDate: dateOf(created) },
    })
    this.#bytes = collected(this.#doc)
    this.#bookmarks = this.#doc.outline
  }

  /** Whether there were letters so far that the font has not. */
  get isLacking(): boolean {
    return this.#isLacking
  }

  /** @param isTagged  whether there is a tree at all */
  begin({ isTagged }: { readonly isTagged: boolean }): void {
    this.#isDry = false
    this.#isTagged = isTagged
    if (!isTagged) return
    this.#doc.initMarkings({ tagged: true })
    const root = this.#doc.struct('Document')
    this.#doc.addStructure(root)
    this.#root = root
  }

  addPage(): void {
    if (!this.#isDry) this.#doc.addPage()
  }

  finish(): Promise<Buffer> {
    this.#root.end()
    this.#doc.end()
    return this.#bytes
  }

  /** How wide `text` runs. */
  measure(text: string, style: StyleName): number {
    const { font, size } = STYLES[style]
    const widths = this.#widths[font]
    let width = widths.get(text)
    if (width === undefined) {
      // With the space after it: so it will be written, and pdfkit remembers how each word is set.
      const measured = (words: string): number => this.#doc.font(FONT_FILES[font]).fontSize(1).widthOfString(words)
      width = text === ' ' ? measured(' ') : measured(`${text} `) - measured(' ')
      widths.set(text, width)
      this.#isLacking ||= UNPRINTABLE.test(text)
    }
    return width * size
  }

  /** A new node; whoever asks for it has to end it. */
  tag(type: string, parent: Tag | null = null, options: object = {}): Tag {
    if (this.#isDry) return NOWHERE
    if (!this.#isTagged) return UNTAGGED
    const tag = this.#doc.struct(type, options)
    ;((parent ?? this.#root) as PDFKit.PDFStructureElement).add(tag)
    return tag
  }

  /** `lines` one under the other, as the content of `tag`; without one they are furniture of the page. */
  write(lines: readonly Line[], place: Place, tag: Tag | null, align: 'left' | 'right' = 'left'): void {
    if (this.#isDry) return
    let top = place.top
    for (const { link, run } of linkedRuns(lines)) {
      const draw = (): void => {
        for (const line of run) {
          this.#write(line, { ...place, top: top + line.above }, align)
          top += line.above + line.height
        }
      }
      if (tag === null) this.furniture(draw)
      else if (link === null) tag.add(draw)
      else {
        const linked = this.tag('Link', tag)
        linked.add(draw)
        linked.end()
      }
    }
  }

  /** What is drawn in `tag`, by `draw`. */
  draw(tag: Tag, draw: (pen: Pen) => void): void {
    tag.add(() => draw(this.#doc))
  }

  /** What is seen and not read: lines and grounds. */
  furniture(draw: (pen: Pen) => void): void {
    if (this.#isDry) return
    if (this.#isTagged) this.#doc.markContent('Artifact', { type: 'Layout' })
    draw(this.#doc)
    if (this.#isTagged) this.#doc.endMarkedContent()
  }

  rule(top: number, { left, width }: Omit<Place, 'top'>, kind: 'strong' | 'faint'): void {
    this.furniture((pen) => {
      pen.lineWidth(kind === 'strong' ? 0.8 : 0.5).strokeColor(LINES[kind])
      pen
        .moveTo(left, top)
        .lineTo(left + width, top)
        .stroke()
    })
  }

  /** A bookmark to the height `top` of this page: one of the first order can be led to by `target`, others belong to it. */
  bookmark(title: string, top: number, target: string | null): void {
    if (this.#isDry) return
    const options: object = { top: Math.max(0, top - ABOVE), left: PAGE.width }
    const words = oneLine(title, 200)
    if (target === null) {
      this.#bookmarks.addItem(words, options)
      return
    }
    this.#bookmarks = this.#doc.outline.addItem(words, options)
    this.#doc.addNamedDestination(target, 'XYZ', null, Math.max(0, top - ABOVE), null)
  }

  /** Makes `place` lead to `target`. */
  leadTo(target: string, { left, top, width }: Place, height: number, tag: Tag): void {
    if (this.#isDry) return
    const options: object = this.#isTagged ? { structParent: tag, Contents: new String('') } : {}
    this.#doc.goTo(left, top, width, height, target, options)
  }

  #write({ text, style, link, indent, height }: Line, { left, top, width }: Place, align: 'left' | 'right'): void {
    if (text === '') return
    const { font, size, colour } = STYLES[style]
    const x = left + (align === 'right' ? width - this.measure(text, style) : indent)
    const baseline = top + (height - size) / 2 + BASELINE * size
    this.#doc.font(FONT_FILES[font]).fontSize(size).fillColor(COLOURS[colour])
    // The space is that of `measure`.
    this.#doc.text(`${text} `, x, baseline - ASCENT * size, { lineBreak: false, ...(link === null ? {} : { link }) })
    if (link === null) return
    const under = baseline + 1.4
    this.#doc.lineWidth(0.4).strokeColor(COLOURS[colour]).moveTo(x, under)
    this.#doc.lineTo(x + this.measure(text, style), under).stroke()
  }
}

/** Letters that the font has not: it is made for Latin, Greek and Cyrillic. */
const UNPRINTABLE =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]|\p{Extended_Pictographic}/u

const NOWHERE: Tag = { add: () => undefined, end: () => undefined }
const UNTAGGED: Tag = { add: (content) => content(), end: () => undefined }

/** Lines that follow one another and lead to the same place. */
function linkedRuns(
  lines: readonly Line[],
): readonly { readonly link: string | null; readonly run: readonly Line[] }[] {
  const runs: { link: string | null; run: Line[] }[] = []
  for (const line of lines) {
    const last = runs.at(-1)
    if (last !== undefined && last.link === line.link) last.run.push(line)
    else runs.push({ link: line.link, run: [line] })
  }
  return runs
}

/** The title in the properties of the file, which pdfkit also puts into XML as it stands: without the signs of XML. */
function plainTitle(title: string): string {
  return oneLine(title).replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆')
}

/** `at` as PDF writes it: `D:20241231215959Z`. pdfkit asks for a Date, and uses no more of it than this has. */
function dateOf(at: Instant): Date {
  const digits = formatInstant(at).replaceAll(/[-:T]|\.\d+/g, '')
  return Object.assign(new String(`D:${digits}`), {
    getTime: () => at,
    toISOString: () => formatInstant(at),
  }) as unknown as Date
}

function collected(doc: Pen): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}

import { oneLine } from '../../text/index.ts'
import { type About, Ink, PAGE, type Pen, type Place } from './pdf-ink.ts'
import { heightOf, type Line, linesOf, type Para, para } from './pdf-lines.ts'

/** A section, and where it begins. */
export interface Mark {
  readonly title: string
  readonly page: number
  /** What a link within the document leads to. */
  readonly target: string
}

interface Waiting {
  readonly lines: readonly Line[]
  readonly type: string
  readonly arrived: () => void
}

const MARGIN = { side: 50, top: 62, bottom: 56 } as const

/** Where the head of a page stands, and the line under it. */
const HEAD = { top: 30, rule: 44 } as const
const FOOT_TOP = PAGE.height - 36

/** Of more pages the tree for readers who cannot see them would be several times as large as the pages. */
const MOST_TAGGED = 300

/**
 * Pages that are filled from the top down. Headings wait for what they stand over, so that none is the last thing on a
 * page. What is put on it is put on it twice, by {@link printed}: first to find out how many pages there are.
 */
export class Paper {
  readonly ink: Ink
  readonly left = MARGIN.side
  readonly width = PAGE.width - 2 * MARGIN.side
  /** Where the next thing goes. */
  y: number = MARGIN.top
  readonly #title: string
  #waiting: readonly Waiting[] = []
  #marks: readonly Mark[] = []
  #page = 1
  #known: { readonly pages: number; readonly marks: readonly Mark[] } = { pages: 1, marks: [] }

  /** The document that `fill` writes: it is called twice, and has to do the same. */
  static async printed(about: About, fill: (paper: Paper) => void): Promise<Buffer> {
    const paper = new Paper(about)
    fill(paper)
    paper.#begin()
    fill(paper)
    paper.room(0)
    return paper.ink.finish()
  }

  private constructor(about: About) {
    this.ink = new Ink(about)
    this.#title = about.title
  }

  /** The sections of the whole document; none yet while nobody knows their pages. */
  get marks(): readonly Mark[] {
    return this.#known.marks
  }

  /** How many points are free on this page. */
  get free(): number {
    return PAGE.height - MARGIN.bottom - this.y
  }

  /** The heading of a section. */
  section(title: string): void {
    this.#wait([para(title, 'section', { above: 24 }), para('', 'head')], 'H2', () => {
      const target = `section-${this.#marks.length + 1}`
      this.#marks = [...this.#marks, { title, page: this.#page, target }]
      this.ink.bookmark(title, this.y, target)
    })
  }

  /** A heading within a section. */
  part(title: string): void {
    this.#wait([para(title, 'part', { above: 12 })], 'H3', () => this.ink.bookmark(title, this.y, null))
  }

  /** Text that stays with what comes after it. */
  lead(paras: readonly Para[]): void {
    for (const one of paras) this.#wait([one], 'P', () => {})
  }

  /** Text that may go on on the next page. */
  text(paras: readonly Para[], type = 'P'): void {
    for (const one of paras) {
      const lines = this.lines([one], this.width)
      this.room(heightOf(lines.slice(0, 2)))
      this.#flow(lines, type)
    }
  }

  /** A picture across the page, said in `words` to whom cannot see it. */
  figure(height: number, words: string, draw: (pen: Pen, place: Place) => void): void {
    this.room(height)
    const [left, top] = [this.left, this.y]
    const options = { alt: oneLine(words), bbox: [left, top, left + this.width, top + height] }
    const tag = this.ink.tag('Figure', null, options)
    this.ink.draw(tag, (pen) => draw(pen, { left, top, width: this.width }))
    tag.end()
    this.y += height
  }

  /** Makes sure that the next `height` points are on one page, and puts before them what waited for them. */
  room(height: number): void {
    const waiting = this.#waiting
    this.#waiting = []
    const held = waiting.reduce((sum, { lines }) => sum + heightOf(lines), 0)
    if (held + height > this.free && this.y > MARGIN.top) this.newPage()
    for (const { lines, type, arrived } of waiting) {
      this.#flow(this.y > MARGIN.top ? lines : lines.map((line) => ({ ...line, above: 0 })), type)
      arrived()
    }
    if (height > this.free && this.y > MARGIN.top) this.newPage()
  }

  newPage(): void {
    this.#page++
    this.y = MARGIN.top
    this.ink.addPage()
    this.#furnish()
  }

  lines(paras: readonly Para[], width: number): readonly Line[] {
    return linesOf(paras, width, (text, style) => this.ink.measure(text, style))
  }

  /** From now on it is meant. */
  #begin(): void {
    this.room(0)
    this.#known = { pages: this.#page, marks: this.#marks }
    this.#marks = []
    this.#page = 0
    this.ink.begin({ isTagged: this.#known.pages <= MOST_TAGGED })
    this.newPage()
  }

  #wait(paras: readonly Para[], type: string, arrived: () => void): void {
    this.#waiting = [...this.#waiting, { lines: this.lines(paras, this.width), type, arrived }]
  }

  #flow(lines: readonly Line[], type: string): void {
    const tag = this.ink.tag(type)
    let rest = lines
    while (rest.length > 0) {
      const now = fitting(rest, this.free)
      this.ink.write(now, { left: this.left, top: this.y, width: this.width }, tag)
      this.y += heightOf(now)
      rest = rest.slice(now.length)
      if (rest.length > 0) this.newPage()
    }
    tag.end()
  }

  /** The title at the head of every page but the first, and its number at the foot. */
  #furnish(): void {
    const put = (text: string, top: number, align: 'left' | 'right'): void => {
      const lines = this.lines([para(text, 'running')], this.width).slice(0, 1)
      this.ink.write(lines, { left: this.left, top, width: this.width }, null, align)
    }
    put('Servanda', FOOT_TOP, 'left')
    put(`Page ${this.#page} of ${this.#known.pages}`, FOOT_TOP, 'right')
    if (this.#page === 1) return
    put(oneLine(this.#title, 90), HEAD.top, 'left')
    this.ink.rule(HEAD.rule, this, 'faint')
  }
}

/** As many of `lines` as there is room for, but at least one. */
export function fitting(lines: readonly Line[], height: number): readonly Line[] {
  let used = 0
  const first = lines.findIndex((line) => {
    used += line.above + line.height
    return used > height
  })
  return first < 0 ? lines : lines.slice(0, Math.max(first, 1))
}

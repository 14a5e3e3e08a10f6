import { oneLine } from '../../text/index.ts'

/** Colours by what they are for: each of them has at least 4.5 to 1 against white and against `shade` (WCAG 2.2, 1.4.3). */
export const COLOURS = {
  ink: '#16191d',
  quiet: '#4d545c',
  link: '#0b4a86',
  bad: '#9b1c1c',
  care: '#7a4500',
  good: '#1b5e20',
} as const

/** What is not read: lines, and what lies under a head. */
export const LINES = { strong: '#4d545c', faint: '#d8dce0', shade: '#eef2f6' } as const

const LARGE = { font: 'bold', colour: 'ink', leading: 1.2 } as const
const TEXT = { font: 'regular', colour: 'ink', leading: 1.35 } as const

/** Everything that is written is in one of these. `leading` is the height of a line in sizes. */
export const STYLES = {
  title: { ...LARGE, size: 25 },
  section: { ...LARGE, size: 16 },
  part: { ...LARGE, size: 11.5 },
  summary: { ...TEXT, size: 11.5 },
  body: { ...TEXT, size: 10 },
  bodyQuiet: { ...TEXT, size: 10, colour: 'quiet' },
  brand: { ...TEXT, size: 10, font: 'bold', colour: 'link' },
  cell: { ...TEXT, size: 9, leading: 1.28 },
  strong: { ...TEXT, size: 9, leading: 1.28, font: 'bold' },
  quiet: { ...TEXT, size: 8, leading: 1.28, colour: 'quiet' },
  link: { ...TEXT, size: 8, leading: 1.28, colour: 'link' },
  head: { ...TEXT, size: 8, leading: 1.2, font: 'bold', colour: 'quiet' },
  bad: { ...TEXT, size: 9, leading: 1.28, font: 'bold', colour: 'bad' },
  care: { ...TEXT, size: 9, leading: 1.28, font: 'bold', colour: 'care' },
  good: { ...TEXT, size: 9, leading: 1.28, font: 'bold', colour: 'good' },
  running: { ...TEXT, size: 8, leading: 1.2, colour: 'quiet' },
} as const satisfies Record<string, Style>

export type StyleName = keyof typeof STYLES

interface Style {
  readonly font: 'regular' | 'bold'
  readonly size: number
  readonly colour: keyof typeof COLOURS
  readonly leading: number
}

/** Text of one kind: it begins a line of its own. Lengths are in points. */
export interface Para {
  readonly text: string
  readonly style: StyleName
  /** Where it leads: an address that `webAddress` has let through. */
  readonly link?: string | null
  readonly indent?: number
  /** Empty space above it. */
  readonly above?: number
}

export interface Line {
  readonly text: string
  readonly style: StyleName
  readonly link: string | null
  readonly indent: number
  readonly above: number
  readonly height: number
}

/** How wide a text is. */
export type Measure = (text: string, style: StyleName) => number

export function para(text: string, style: StyleName = 'cell', rest: Omit<Para, 'text' | 'style'> = {}): Para {
  return { text, style, ...rest }
}

/**
 * `paras` in lines, none wider than `width`. All that a document says passes here, so here text from outside becomes
 * harmless: one line without control characters, and no tower of accents that covers what stands above.
 */
export function linesOf(paras: readonly Para[], width: number, measure: Measure): readonly Line[] {
  return paras.flatMap(({ text, style, link = null, indent = 0, above = 0 }) => {
    const { size, leading } = STYLES[style]
    const plain = oneLine(text, LONGEST).replaceAll(TOWERS, '$1')
    return broken(plain, width - indent, (piece) => measure(piece, style)).map((line, n) => ({
      text: line,
      style,
      link,
      indent,
      above: n === 0 ? above : 0,
      height: size * leading,
    }))
  })
}

export function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { above, height }) => sum + above + height, 0)
}

/** More than any note has that was written to be read. */
const LONGEST = 4_000

const TOWERS = /(\p{M}{3})\p{M}+/gu

/** Where an address, a name or a hash is best parted. */
const SEAM = /[/\-_.?&=#@:,;]/

function broken(text: string, width: number, widthOf: (text: string) => number): readonly string[] {
  const space = widthOf(' ')
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(' ')) {
    const wide = widthOf(word)
    if (line !== '' && used + space + wide <= width) {
      line += ` ${word}`
      used += space + wide
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = wide <= width ? [word] : parted(word, width, widthOf)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
    used = widthOf(line)
  }
  return [...lines, line]
}

/** A word that is too long for a line, in pieces that are not: at a seam where there is one in the second half. */
function parted(word: string, width: number, widthOf: (text: string) => number): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  let used = 0
  for (const letter of word) {
    const wide = widthOf(letter)
    if (piece !== '' && used + wide > width) {
      const seam = [...piece].findLastIndex((c) => SEAM.test(c)) + 1
      const letters = [...piece]
      const cut = seam > letters.length / 2 ? seam : letters.length
      pieces.push(letters.slice(0, cut).join(''))
      piece = letters.slice(cut).join('')
      used = widthOf(piece)
    }
    piece += letter
    used += wide
  }
  return [...pieces, piece]
}

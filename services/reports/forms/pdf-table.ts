import type { Tag } from './pdf-ink.ts'
import { heightOf, LINES, type Line, type Para, para } from './pdf-lines.ts'
import { fitting, type Paper } from './pdf-paper.ts'

/** A column: `width` in points, or null for a share of what the others leave. */
export interface Column {
  readonly title: string
  readonly width: number | null
  readonly align?: 'left' | 'right'
}

export type Cell = readonly Para[]
export type Row = readonly Cell[]

const PAD = { side: 4, top: 3, bottom: 4 } as const
const GAP = 10

/**
 * A table. Its head is repeated on every page, and a row is parted only when no page could hold it.
 * @param isUnder  whether a row belongs to the one above it, and goes to the next page with it
 * @param left     where it stands, if it is not as wide as the page
 */
export function table(
  paper: Paper,
  columns: readonly Column[],
  rows: readonly Row[],
  {
    left = paper.left,
    width = paper.width,
    isUnder = () => false,
  }: { readonly left?: number; readonly width?: number; readonly isUnder?: (row: number) => boolean } = {},
): void {
  const slots = slotsOf(columns, left, width)
  const linesOf = (row: Row): Lines => slots.map((slot, n) => paper.lines(row[n] ?? [], slot.width))
  const head = linesOf(columns.map(({ title }) => [para(title, 'head')]))
  const cells = rows.map(linesOf)
  const tall = heightsOf(cells, isUnder)
  paper.room(GAP / 2 + heightOfRow(head) + Math.min(tall[0] ?? 0, MOST_KEPT))
  paper.y += GAP / 2
  const tag = paper.ink.tag('Table')
  const grid = { paper, slots, tag, left, width }
  writeHead(grid, head, true)
  cells.forEach((row, n) => {
    let lines = row
    let height = tall[n] ?? 0
    while (lines.some((cell) => cell.length > 0)) {
      if (height > paper.free && (height <= MOST_KEPT || paper.free < LEAST_PARTED)) {
        paper.newPage()
        writeHead(grid, head, false)
      }
      const room = paper.free - PAD.top - PAD.bottom
      const now = lines.map((cell) => fitting(cell, room))
      writeRow(grid, now)
      lines = lines.map((cell, at) => cell.slice(now[at]?.length ?? 0))
      height = heightOfRow(lines)
    }
  })
  tag.end()
  paper.y += GAP
}

/** How much room each row asks for: its own, and that of the rows that belong to it. */
function heightsOf(rows: readonly Lines[], isUnder: (row: number) => boolean): readonly number[] {
  const heights = rows.map(heightOfRow)
  for (let n = heights.length - 1; n > 0; n--) {
    if (isUnder(n)) heights[n - 1] = (heights[n - 1] ?? 0) + (heights[n] ?? 0)
  }
  return heights
}

/**
 * Names on the left, and on the right what is said of each.
 * @param keep  so much of what comes next has to be on the same page
 */
export function facts(
  paper: Paper,
  pairs: readonly (readonly [string, Cell])[],
  { keep = 0 }: { readonly keep?: number } = {},
): void {
  const slots = slotsOf(
    [
      { title: '', width: 92 },
      { title: '', width: null },
    ],
    paper.left,
    paper.width,
  )
  const cells = pairs.map(([name, cell]) =>
    [[para(name, 'head')], cell].map((one, n) => paper.lines(one, slots[n]?.width ?? 0)),
  )
  const height = cells.reduce((sum, row) => sum + heightOfRow(row), 4)
  paper.room(Math.min(height, MOST_KEPT) + keep)
  paper.y += 4
  const tag = paper.ink.tag('Table')
  for (const row of cells) {
    if (heightOfRow(row) > paper.free) paper.newPage()
    writeRow({ paper, slots, tag, left: paper.left, width: paper.width }, row, { isNamed: true })
  }
  tag.end()
  paper.y += 4
}

type Lines = readonly (readonly Line[])[]

interface Slot {
  readonly left: number
  readonly width: number
  readonly align: 'left' | 'right'
}

interface Grid {
  readonly paper: Paper
  readonly slots: readonly Slot[]
  readonly tag: Tag
  readonly left: number
  readonly width: number
}

/** What is not taller goes to the next page as a whole. */
const MOST_KEPT = 300
/** With less room than this a row is not begun. */
const LEAST_PARTED = 60

function slotsOf(columns: readonly Column[], left: number, width: number): readonly Slot[] {
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0)
  const shares = columns.filter((column) => column.width === null).length
  let at = left
  return columns.map((column) => {
    const wide = column.width ?? (width - fixed) / shares
    const slot = { left: at + PAD.side, width: wide - 2 * PAD.side, align: column.align ?? 'left' }
    at += wide
    return slot
  })
}

function heightOfRow(lines: Lines): number {
  return Math.max(...lines.map(heightOf)) + PAD.top + PAD.bottom
}

/** Said once to whom the table is read, however often it is seen. */
function writeHead({ paper, slots, tag, left, width }: Grid, head: Lines, isFirst: boolean): void {
  const height = heightOfRow(head)
  const top = paper.y
  paper.ink.furniture((pen) => pen.rect(left, top, width, height).fill(LINES.shade))
  const row = isFirst ? paper.ink.tag('TR', tag) : null
  head.forEach((lines, n) => {
    const slot = slots[n]
    if (slot === undefined) return
    const cell = row === null ? null : paper.ink.tag('TH', row, { scope: 'Column' })
    const place = { ...slot, top: top + height - PAD.bottom - heightOf(lines) }
    paper.ink.write(lines, place, cell, slot.align)
    cell?.end()
  })
  row?.end()
  paper.y += height
  paper.ink.rule(paper.y, { left, width }, 'strong')
}

function writeRow(
  { paper, slots, tag, left, width }: Grid,
  cells: Lines,
  { isNamed = false }: { readonly isNamed?: boolean } = {},
): void {
  const row = paper.ink.tag('TR', tag)
  cells.forEach((lines, n) => {
    const slot = slots[n]
    if (slot === undefined) return
    const cell = isNamed && n === 0 ? paper.ink.tag('TH', row, { scope: 'Row' }) : paper.ink.tag('TD', row)
    paper.ink.write(lines, { ...slot, top: paper.y + PAD.top }, cell, slot.align)
    cell.end()
  })
  row.end()
  paper.y += heightOfRow(cells)
  paper.ink.rule(paper.y, { left, width }, 'faint')
}

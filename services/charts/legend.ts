import { type Html, html } from '../text/index.ts'
import { widthOf } from './measured-text.ts'
import type { Palette } from './palette.ts'
import { coordinate } from './scale.ts'

/** What is drawn how; the same strokes in the chart and in its legend. */
export const STROKES = {
  value: { width: 3, dashes: 'none' },
  limit: { width: 1.5, dashes: 'none' },
  target: { width: 2, dashes: '14 4' },
  pace: { width: 2, dashes: '4 4' },
  asOf: { width: 1.5, dashes: '1.5 3' },
} as const satisfies Record<string, { readonly width: number; readonly dashes: string }>

/** One sign of a chart and what it means. */
export interface LegendEntry {
  readonly sign: 'value' | 'band' | 'pace'
  readonly words: string
}

const SIGN = 26
const GAP = 7
const BETWEEN = 20
const ROW = 20

/** The legend of `entries` from the height `top`, in as many rows as `width` asks for, and where it ends. */
export function legend(
  entries: readonly LegendEntry[],
  palette: Palette,
  {
    left,
    top,
    width,
    size,
  }: { readonly left: number; readonly top: number; readonly width: number; readonly size: number },
): { readonly markup: readonly Html[]; readonly bottom: number } {
  let x = left
  let y = top
  const markup = entries.map(({ sign, words }) => {
    const wide = SIGN + GAP + widthOf(words, size)
    if (x > left && x + wide > left + width) {
      x = left
      y += ROW
    }
    const at = coordinate(x)
    x += wide + BETWEEN
    return html`${signAt(sign, palette, at, y + ROW / 2)}<text x="${at + SIGN + GAP}" y="${y + ROW / 2 + 4}" font-size="${size}" fill="${palette.text}">${words}</text>`
  })
  return { markup, bottom: y + ROW }
}

function signAt(sign: LegendEntry['sign'], palette: Palette, x: number, y: number): Html {
  if (sign === 'band')
    return html`<rect x="${x}" y="${y - 6}" width="${SIGN}" height="12" fill="${palette.band}" stroke="${palette.value}" stroke-width="1"/>`
  const { width, dashes } = STROKES[sign]
  return html`<path d="M${x} ${y}H${x + SIGN}" fill="none" stroke="${palette[sign]}" stroke-width="${width}" stroke-dasharray="${dashes}"/>`
}

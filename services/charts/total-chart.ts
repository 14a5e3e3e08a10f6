import type { Series } from '../../rules/index.ts'
import { type Html, html } from '../text/index.ts'
import { compactAmount } from './amount-text.ts'
import { FONT_FAMILY } from './fonts.ts'
import { bandPath, type Plot, pacePath, stepPath } from './growth.ts'
import { type Headline, headlineOf } from './headline.ts'
import { type LegendEntry, legend, STROKES } from './legend.ts'
import { widthOf, wrapped } from './measured-text.ts'
import { PALETTES, type Palette, type Scheme } from './palette.ts'
import { coordinate, scale } from './scale.ts'
import { type TimeTick, timeTicks } from './time-axis.ts'
import { type Tick, valueRange, valueTicks } from './value-axis.ts'
import { TARGET_WORDS, WORDS } from './words.ts'

/** For whom a chart is drawn. */
export interface ChartLook {
  /** A BCP 47 tag that says how numbers and times are written. */
  readonly locale: string
  /** The reader's IANA zone. */
  readonly zone: string
  readonly scheme: Scheme
  /** In CSS pixels; made for 320 to 900, and never less than 240. The height follows. */
  readonly width: number
}

const NARROWEST = 240
const PAD = 16
const SIZE = 14
const SMALL = 12
const DAY_MS = 86_400_000

/**
 * How the value of a total grew, against its target: a picture in SVG that needs nothing else, tells its figures in
 * words first, and can be told apart without colours.
 * @throws {RangeError} when there is no such locale or zone
 */
export function totalChart(series: Series, { locale, zone, scheme, width }: ChartLook): string {
  const palette = PALETTES[scheme]
  const wide = Math.max(NARROWEST, Math.round(width))
  const said = headlineOf(series, locale, zone)
  const head = headOf(said, palette, wide)
  const height = Math.round(Math.min(Math.max(wide * 0.42, 160), 300))
  const range = valueRange(series)
  const values = valueTicks(range.low, range.high, Math.floor(height / 45), locale)
  const plot = plotOf(series, range, values, { wide, top: head.bottom + 28, height })
  const times = timeTicks(plot.time.low, plot.time.high, Math.floor((plot.right - plot.left) / 52), locale, zone)
  const foot = legend(entriesOf(series), palette, {
    left: PAD,
    top: plot.bottom + 42,
    width: wide - 2 * PAD,
    size: SMALL + 1,
  })
  const tall = Math.ceil(foot.bottom + PAD / 2)
  const described = `${said.value}. ${said.asOf}. ${said.target}. ${said.period}.`
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${tall}" viewBox="0 0 ${wide} ${tall}" role="img" aria-label="${described}" font-family="'${FONT_FAMILY}', 'Segoe UI', Helvetica, Arial, sans-serif">
<title>${said.value}. ${said.asOf}</title>
<desc>${described}</desc>
<rect x="0" y="0" width="${wide}" height="${tall}" fill="${palette.paper}"/>
${head.markup}
${bandOf(series, plot, palette)}
<path d="M${plot.left} ${plot.bottom}H${plot.right}" stroke="${palette.grid}" stroke-width="1"/>
${values.map((tick) => valueMark(tick, plot, palette))}
${timeMarks(times, plot, palette)}
${paceOf(series, plot, palette)}
${asOfMark(series, plot, palette, shortDay(series, locale, zone))}
${targetMark(series, plot, palette, locale)}
${growthOf(series, plot, palette)}
${foot.markup}
</svg>
`.text
}

/** The words above the picture. */
function headOf(
  { value, asOf, target }: Headline,
  { text, quiet }: Palette,
  wide: number,
): { readonly markup: readonly Html[]; readonly bottom: number } {
  let y = PAD - 10
  const size = wide < 480 ? 20 : 24
  const width = wide - 2 * PAD
  const both = `${asOf} · ${target}`
  const rest = widthOf(both, SIZE) <= width ? [both] : [asOf, target].flatMap((t) => wrapped(t, SIZE, width))
  const lines = [
    ...wrapped(value, size * 1.05, width).map((t) => ({ t, size, weight: 700, fill: text })),
    ...rest.map((t) => ({ t, size: SIZE, weight: 400, fill: quiet })),
  ]
  const markup = lines.map(({ t, size, weight, fill }) => {
    y += Math.round(size * 1.3)
    return html`<text x="${PAD}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${t}</text>\n`
  })
  return { markup, bottom: y }
}

function plotOf(
  { from, to, asOf, points }: Series,
  { low, high }: { readonly low: number; readonly high: number },
  values: readonly Tick[],
  { wide, top, height }: { readonly wide: number; readonly top: number; readonly height: number },
): Plot {
  const left = coordinate(PAD + Math.max(...values.map(({ label }) => widthOf(label, SMALL))) + 8)
  const right = wide - PAD
  const bottom = top + height
  const begin = Math.min(from, points[0]?.at ?? from)
  const end = Math.max(to ?? asOf + (asOf - begin) / 12, points.at(-1)?.at ?? asOf)
  return {
    left,
    right,
    top,
    bottom,
    time: scale(begin, Math.max(end, begin + DAY_MS), left, right),
    // Above the greatest value there is room for the words on its line, and for what has no upper end.
    value: scale(low, high, bottom, top + 24),
  }
}

function valueMark({ at, label }: Tick, { left, right, value }: Plot, { grid, quiet }: Palette): Html {
  const y = value.place(at)
  const stroke = at === 0 ? quiet : grid
  return html`<path d="M${left} ${y}H${right}" stroke="${stroke}" stroke-width="1"/><text x="${left - 8}" y="${coordinate(y + 4)}" font-size="${SMALL}" text-anchor="end" fill="${quiet}">${label}</text>\n`
}

/** Marks whose words would run into those of the mark before, or off the picture, stay without. */
function timeMarks(marks: readonly TimeTick[], { left, right, bottom, time }: Plot, { quiet }: Palette): Html[] {
  let free = 0
  return marks.map(({ at, label, under }) => {
    const x = time.place(at)
    const half = Math.max(widthOf(label, SMALL), widthOf(under ?? '', SMALL)) / 2
    const middle = coordinate(Math.min(Math.max(x, half + 2), right + PAD - half - 2))
    const fits = middle - half >= free && Math.abs(middle - x) <= left
    if (fits) free = middle + half + 6
    const text = (words: string, y: number): Html =>
      html`<text x="${middle}" y="${y}" font-size="${SMALL}" text-anchor="middle" fill="${quiet}">${words}</text>`
    return html`<path d="M${x} ${bottom}V${bottom + 5}" stroke="${quiet}" stroke-width="1"/>${fits ? text(label, bottom + 18) : null}${fits && under ? text(under, bottom + 33) : null}\n`
  })
}

function bandOf({ points }: Series, plot: Plot, { band }: Palette): Html | null {
  return isOpen(points) ? html`<path d="${bandPath(points, plot)}" fill="${band}"/>` : null
}

function growthOf({ points }: Series, plot: Plot, { value, paper }: Palette): Html {
  const line = (end: 'min' | 'max', { width }: { readonly width: number }): Html | null => {
    const d = stepPath(points, end, plot)
    return d === ''
      ? null
      : html`<path d="${d}" fill="none" stroke="${value}" stroke-width="${width}" stroke-linejoin="round"/>`
  }
  const { at, min, max } = points.at(-1) ?? { at: 0, min: null, max: null }
  const dot = (amount: string, fill: string): Html =>
    html`<circle cx="${plot.time.place(at)}" cy="${plot.value.place(Number(amount))}" r="4.5" fill="${fill}" stroke="${value}" stroke-width="2"/>`
  return html`${isOpen(points) ? line('max', STROKES.limit) : null}${line('min', STROKES.value)}${max === null || max === min ? null : dot(max, paper)}${min === null ? null : dot(min, value)}`
}

/** Whether the value is, or was, more than one figure. */
function isOpen(points: Series['points']): boolean {
  return points.some(({ min, max }) => min === null || min !== max)
}

function paceOf({ pace }: Series, plot: Plot, palette: Palette): Html | null {
  if (pace.length === 0) return null
  const { width, dashes } = STROKES.pace
  return html`<path d="${pacePath(pace, plot)}" fill="none" stroke="${palette.pace}" stroke-width="${width}" stroke-dasharray="${dashes}"/>`
}

function targetMark(
  { target, bound }: Series,
  { left, right, value }: Plot,
  palette: Palette,
  locale: string,
): Html | null {
  if (target === null) return null
  const y = value.place(Number(target))
  const { width, dashes } = STROKES.target
  const words = TARGET_WORDS[bound].line(compactAmount(target, locale))
  return html`<path d="M${left} ${y}H${right}" fill="none" stroke="${palette.target}" stroke-width="${width}" stroke-dasharray="${dashes}"/>${onPaper(words, left + 6, y - 7, 'start', palette.target, palette)}`
}

/** Nothing where the period is over: the picture ends before. */
function asOfMark(
  { asOf }: Series,
  { left, right, top, bottom, time }: Plot,
  palette: Palette,
  words: string,
): Html | null {
  if (asOf > time.high) return null
  const x = time.place(asOf)
  const { width, dashes } = STROKES.asOf
  const half = widthOf(words, SMALL) / 2
  const middle = Math.min(Math.max(x, left + half), right - half)
  return html`<path d="M${x} ${top}V${bottom}" fill="none" stroke="${palette.text}" stroke-width="${width}" stroke-dasharray="${dashes}"/>${onPaper(words, middle, top - 5, 'middle', palette.text, palette)}`
}

function onPaper(words: string, x: number, y: number, anchor: string, fill: string, { paper }: Palette): Html {
  return html`<text x="${coordinate(x)}" y="${coordinate(y)}" font-size="${SMALL + 1}" font-weight="700" text-anchor="${anchor}" fill="${fill}" stroke="${paper}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">${words}</text>`
}

function shortDay({ asOf }: Series, locale: string, zone: string): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    timeZone: zone,
    calendar: 'gregory',
  }).format(asOf)
}

function entriesOf({ points, pace }: Series): readonly LegendEntry[] {
  const open = isOpen(points)
  const unbounded = points.some(({ min, max }) => min === null || max === null)
  return [
    ...(points.some(({ min }) => min !== null)
      ? [{ sign: 'value' as const, words: open ? WORDS.certain : WORDS.exact }]
      : []),
    ...(open ? [{ sign: 'band' as const, words: unbounded ? WORDS.unbounded : WORDS.possible }] : []),
    ...(pace.length > 0 ? [{ sign: 'pace' as const, words: WORDS.pace }] : []),
  ]
}

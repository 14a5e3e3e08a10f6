import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { instant, parseInstant, type Series } from '../../rules/index.ts'
import { type ChartLook, FONT_FAMILY, FONT_FILES, rasterise, totalChart } from './index.ts'
import { PALETTES, type Scheme } from './palette.ts'

const day = (on: string): Series['from'] => parseInstant(`${on}T00:00:00Z`)
const END_OF_2024 = parseInstant('2024-12-31T23:59:59.999Z')

/** `day min max`, or `day value`. */
function points(...lines: readonly string[]): Series['points'] {
  const amount = (text: string | undefined): string | null => (text === undefined || text === '?' ? null : text)
  return lines.map((line) => {
    const [on = '', min, max = min] = line.split(' ')
    return { at: day(on), min: amount(min), max: amount(max) }
  })
}

const aid: Series = {
  bound: 'at_least',
  unit: 'USD',
  target: '4500000000',
  from: day('2024-01-01'),
  to: END_OF_2024,
  asOf: day('2024-11-18'),
  points: points(
    '2024-01-01 0',
    '2024-02-19 620000000',
    '2024-03-26 1100000000 1250000000',
    '2024-06-13 1750000000 2300000000',
    '2024-08-02 2300000000 3000000000',
    '2024-10-25 3100000000 4300000000',
    '2024-11-18 3100000000 4300000000',
  ),
  pace: [
    { at: day('2024-01-01'), value: '0' },
    { at: END_OF_2024, value: '4500000000' },
  ],
}

/** As they come from real agreements, and at the edges. */
const SERIES = {
  aid,
  'a limit exceeded': {
    ...aid,
    bound: 'at_most',
    unit: 'vehicles',
    target: '300',
    asOf: day('2025-03-01'),
    points: points('2024-01-01 0', '2024-02-10 90', '2024-04-10 160', '2024-09-01 320', '2024-12-31 320'),
    pace: [],
  },
  'refunds and an amount not known': {
    ...aid,
    unit: 'EUR',
    target: '900000000',
    points: points(
      '2024-01-01 0',
      '2024-02-10 700000000 760000000',
      '2024-06-01 480000000 ?',
      '2024-08-01 -120000000 ?',
      '2024-11-18 -120000000 ?',
    ),
    pace: [],
  },
  'nothing known': { ...aid, target: null, to: null, points: points('2024-01-01 ?', '2024-11-18 ?'), pace: [] },
  'a single point, all zero': {
    ...aid,
    target: '0',
    asOf: day('2024-01-01'),
    points: points('2024-01-01 0'),
    pace: [],
  },
  'large beyond words': {
    ...aid,
    target: `1${'0'.repeat(30)}`,
    points: points('2024-01-01 0', '2024-11-18 1000000000000000'),
    pace: [],
  },
  tiny: {
    ...aid,
    unit: 'g of <plutonium> & "more"',
    target: '0.00000012',
    points: points('2024-01-01 0', '2024-11-18 0.0000001'),
    pace: [],
  },
} as const satisfies Record<string, Series>

const LOOK: ChartLook = { locale: 'en', zone: 'Europe/Kyiv', scheme: 'light', width: 600 }

test.each([
  { name: 'aid', series: SERIES.aid, look: {} },
  { name: 'aid-narrow-dark', series: SERIES.aid, look: { width: 320, scheme: 'dark', locale: 'de' } },
  { name: 'limit', series: SERIES['a limit exceeded'], look: {} },
  { name: 'refunds', series: SERIES['refunds and an amount not known'], look: { scheme: 'dark' } },
  { name: 'nothing-known', series: SERIES['nothing known'], look: { width: 320 } },
  { name: 'zero', series: SERIES['a single point, all zero'], look: {} },
  { name: 'tiny', series: SERIES.tiny, look: { width: 320 } },
] as const)('$name looks as it did', async ({ name, series, look }) => {
  await expect(totalChart(series, { ...LOOK, ...look })).toMatchFileSnapshot(`golden/${name}.svg`)
})

test.each([
  {
    says: 'more than there is, never',
    series: over({ target: '4500000000', min: '4499999999', max: '4499999999' }),
    head: '4.499B USD',
  },
  {
    says: 'less than there is, never',
    series: over({ bound: 'at_most', target: '300', min: '300.01', max: '300.01' }),
    head: '300.1 USD',
  },
  { says: 'an interval, outwards', series: over({ min: '1234567', max: '1234567.8' }), head: '1.234M to 1.235M USD' },
  { says: 'without an upper end', series: over({ min: '5', max: null }), head: '5 USD or more' },
  { says: 'without a lower end', series: over({ min: null, max: '5' }), head: '5 USD or less' },
  { says: 'beyond words', series: over({ min: `1${'0'.repeat(40)}`, max: `1${'0'.repeat(40)}` }), head: '1E40 USD' },
])('the title says how much there is: $says', ({ series, head }) => {
  expect(totalChart(series, LOOK)).toContain(`<title>${head}. As of November 18, 2024</title>`)
})

function over({
  min,
  max,
  ...more
}: Partial<Series> & { readonly min: string | null; readonly max: string | null }): Series {
  return { ...SERIES.aid, ...more, points: [{ at: SERIES.aid.asOf, min, max }] }
}

const amount = fc.oneof(
  fc.constantFrom('0', '-1', '1000000000000000', `9${'0'.repeat(60)}`, `-9${'0'.repeat(60)}`, `0.${'0'.repeat(50)}7`),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map((n) => n.toFixed(6)),
)
const time = fc
  .integer({ min: parseInstant('1900-01-01T00:00:00Z'), max: parseInstant('2100-01-01T00:00:00Z') })
  .map(instant)
const point = fc.record({ min: fc.option(amount), max: fc.option(amount) })

const anySeries: fc.Arbitrary<Series> = fc
  .record({
    bound: fc.constantFrom('at_least' as const, 'at_most' as const),
    unit: fc.oneof(fc.constantFrom('USD', 'kg'), fc.string({ unit: 'binary', maxLength: 80 })),
    target: fc.option(amount),
    times: fc.uniqueArray(time, { minLength: 4, maxLength: 12 }),
    points: fc.array(point, { minLength: 1, maxLength: 10 }),
    ends: fc.boolean(),
    paced: fc.boolean(),
    goal: amount,
  })
  .map(({ times, points, ends, paced, goal, ...rest }) => {
    const [from, ...others] = [...times].sort((a, b) => a - b) as [Series['from'], ...Series['from'][]]
    const to = others.at(-1) ?? from
    return {
      ...rest,
      from,
      to: ends ? to : null,
      asOf: others.at(-2) ?? from,
      points: [from, ...others.slice(0, -1)]
        .slice(0, points.length)
        .map((at, n) => ({ at, min: null, max: null, ...points[n] })),
      pace:
        ends && paced
          ? [
              { at: from, value: '0' },
              { at: to, value: goal },
            ]
          : [],
    }
  })

const anyLook: fc.Arbitrary<ChartLook> = fc.record({
  locale: fc.constantFrom('en', 'de', 'uk', 'ar', 'ja', 'fa'),
  zone: fc.constantFrom('UTC', 'Europe/Kyiv', 'Asia/Kathmandu', 'America/St_Johns'),
  scheme: fc.constantFrom<Scheme>('light', 'dark'),
  width: fc.integer({ min: 100, max: 1_200 }),
})

test('whatever the series, the markup is well-formed and stays in the picture', () => {
  fc.assert(
    fc.property(anySeries, anyLook, (series, look) => {
      const svg = totalChart(series, look)
      expect(unbalanced(svg)).toEqual([])
      expect(svg.replaceAll(/>[^<]*</g, '><').replaceAll(/aria-label="[^"]*"/g, '')).not.toMatch(
        /NaN|Infinity|undefined|null|e[+-]?\d{2}/,
      )
      const [, wide, tall] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg)?.map(Number) ?? []
      for (const [axis, value] of coordinates(svg)) {
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual((axis === 'x' ? wide : tall) ?? 0)
      }
    }),
    { numRuns: 300 },
  )
})

/** Elements opened and not closed, text that is markup, attributes without quotes: nothing of it in what is well-formed. */
function unbalanced(svg: string): readonly string[] {
  const problems: string[] = []
  const open: string[] = []
  const rest = svg.replaceAll(
    /<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<]*")*)(\/?)>/g,
    (_, closes, name, _attributes, empty) => {
      if (closes && open.pop() !== name) problems.push(`</${name}>`)
      if (!closes && !empty) open.push(name)
      return ''
    },
  )
  if (/[<>]|&(?!(amp|lt|gt|quot|#39);)/.test(rest)) problems.push(rest)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no place for them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(svg) || !svg.isWellFormed())
    problems.push('characters')
  return [...problems, ...open]
}

/** Every coordinate of the markup, by its axis. */
function coordinates(svg: string): readonly (readonly ['x' | 'y', number])[] {
  const plain = [...svg.matchAll(/ c?([xy])="([^"]*)"/g)].map(([, axis, n]) => [axis as 'x' | 'y', Number(n)] as const)
  const paths = [...svg.matchAll(/ d="([^"]*)"/g)].flatMap(([, d = '']) =>
    [...d.matchAll(/([MLHV])([-\d.]+)(?: ([-\d.]+))?/g)].flatMap(([, command, a, b]) =>
      command === 'V'
        ? [['y', Number(a)] as const]
        : [['x', Number(a)] as const, ...(b === undefined ? [] : [['y', Number(b)] as const])],
    ),
  )
  return [...plain, ...paths]
}

test('nothing in it runs, and nothing is fetched', () => {
  const svg = totalChart({ ...SERIES.aid, unit: '"><script>alert(1)</script>' }, LOOK)
  expect(svg).not.toMatch(/<script|href|url\(|<style|<foreignObject| on\w+=/)
})

test.each(Object.entries(PALETTES))(
  'what is read in %s can be read',
  (_, { paper, band, text, quiet, target, value, pace }) => {
    for (const ink of [text, quiet, target]) expect(contrast(ink, paper)).toBeGreaterThanOrEqual(4.5)
    for (const line of [value, pace, target]) expect(contrast(line, band)).toBeGreaterThanOrEqual(3)
  },
)

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

test.each(Object.entries(SERIES))('%s becomes an image, and not a blank one', (_, series) => {
  const svg = totalChart(series, LOOK)
  const tall = Number(/height="(\d+)"/.exec(svg)?.[1])
  const png = rasterise(svg, { width: 1_200 })
  expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1_200, 2 * tall])
  const blank = rasterise(svg.replaceAll(/<(text|path|circle)[\s\S]*?(<\/text>|\/>)/g, ''), { width: 1_200 })
  expect(png.length).toBeGreaterThan(2 * blank.length)
})

test('its words are drawn with the fonts that come with it', () => {
  const words = (text: string): number =>
    rasterise(`<svg xmlns="http://www.w3.org/2000/svg" width="100" height="20"><text y="15">${text}</text></svg>`, {
      width: 100,
    }).length
  const nothing = words('')
  for (const text of ['Promised', 'Обіцяно', 'Υπόσχεση', '₴€£¥']) expect(words(text)).toBeGreaterThan(nothing)
})

test.each(Object.values(FONT_FILES))(
  '%s can be embedded: TrueType outlines, under the name that the markup asks for',
  (file) => {
    const font = readFileSync(file)
    expect(font.readUInt32BE(0)).toBe(0x00010000)
    expect(font.includes(Buffer.from(FONT_FAMILY, 'utf16le').swap16())).toBe(true)
  },
)

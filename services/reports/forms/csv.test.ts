import fc from 'fast-check'
import papaparse from 'papaparse'
import { describe, expect, test } from 'vitest'
import type { Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { reportCsv } from './csv.ts'
import { saying } from './markdown-sample.ts'
import { sampleReport } from './sample-report.ts'

const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20\uFE66\uFE62\uFE63\uFE6B]/
const NUMBER = /^-?\d+(\.\d+)?$/
const NUMBER_COLUMNS = ['value_min', 'value_max', 'target', 'expected', 'event_revision', 'omitted']

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '=',
        '-1',
        '+',
        '@',
        '\t',
        '\r',
        '\n',
        ';',
        ',',
        '"',
        "'",
        ' ',
        '\u00a0',
        '\u200b',
        '＝',
        '﹣',
        'a',
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
)

describe('the sample', () => {
  const rows = rowsOf(reportCsv(sampleReport))
  const inSection = (section: string) => rows.filter((row) => row.section === section)

  test('is UTF-8 with a byte order mark, and its lines end as RFC 4180 has it', () => {
    const csv = reportCsv(sampleReport)
    expect(Buffer.from(csv).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(csv.endsWith('\r\n')).toBe(true)
  })

  test('has a row for everything in the report', () => {
    const count = (section: string) => inSection(section).length
    expect(count('commitment')).toBe(2)
    expect(count('reading')).toBe(1)
    expect(count('change')).toBe(sampleReport.changes.length)
    expect(count('clock')).toBe(sampleReport.clocks.length)
    expect(count('total')).toBe(sampleReport.totals.length)
    expect(count('flow')).toBe(3)
    expect(count('question')).toBe(sampleReport.questions.length)
    expect(count('evidence')).toBe(3)
  })

  test('tells of what the report had no room for', () => {
    expect(inSection('omitted')).toMatchObject([{ omitted: '4' }])
  })

  test('has exact decimals, and times in UTC', () => {
    expect(inSection('total')).toMatchObject([
      { value_min: '62000000', value_max: '104500000.5', unit: 'EUR', target: '100000000', expected: '99726775.95' },
    ])
    expect(inSection('change')[1]).toMatchObject({
      due_from: '2024-11-17T22:00:00.000Z',
      due_to: '2024-11-18T21:59:59.999Z',
      verdict_before: '',
      verdict: 'unknown',
    })
  })

  test('says of every row about a commitment who owes it', () => {
    for (const row of rows) if (row.case !== '') expect(row.by).toMatch(/^Northland/)
    expect(inSection('evidence')[1]).toMatchObject({ commitment: 'talks-in-24h', role: 'trigger' })
  })

  test('counts the cases of a commitment by verdict', () => {
    expect(inSection('commitment')[1]).toMatchObject({ cases_met: '1', cases_breached: '1', cases_met_late: '0' })
  })
})

test('nothing is cut where people would be shown less', () => {
  const [change] = sampleReport.changes
  const many = { ...sampleReport, changes: Array.from({ length: SHOWN.changes + 5 }, () => change) } as Report
  expect(rowsOf(reportCsv(many)).filter(({ section }) => section === 'change')).toHaveLength(SHOWN.changes + 5)
  expect(rowsOf(reportCsv(saying(sampleReport, () => 'a'.repeat(5_000))))[0]?.commitment_title).toHaveLength(5_000)
})

test.each(['-12.5', '-1', '0', '12345678901234567.89'])('the amount %s stays a number', (amount) => {
  const rows = rowsOf(reportCsv(withAmounts(amount)))
  expect(rows.filter(({ section }) => section === 'total')).toMatchObject([
    { value_min: amount, value_max: amount, target: amount, expected: amount },
  ])
})

test.each([
  ['=1+1', "'=1+1"],
  ['-1+cmd', "'-1+cmd"],
  ['-12.5', "'-12.5"],
  ['+1', "'+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'=1"],
  ['\r\n=1', "'=1"],
  ['\u0000=1', "'=1"],
  ['\u200b=1', "'=1"],
  ['\u00a0=1', "'=1"],
  ['＝1', "'＝1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠a', "'＠a"],
  ['﹦1', "'﹦1"],
  ['a;=1', "a;'=1"],
  ['a; "=1', 'a; "\'=1'],
  ['a\nb', 'a b'],
  ['say "yes", and no', 'say "yes", and no'],
  ['Україна – ЄС', 'Україна – ЄС'],
])('the text %j is written as %j', (text, written) => {
  const rows = rowsOf(reportCsv(saying(sampleReport, () => text)))
  expect(rows.find(({ section }) => section === 'change')?.why).toBe(written)
  expect(rows.find(({ section }) => section === 'flow')?.event_id).toBe(written)
})

test('an amount that is none is text', () => {
  const rows = rowsOf(reportCsv(withAmounts('-1+cmd')))
  expect(rows.find(({ section }) => section === 'total')?.value_min).toBe("'-1+cmd")
})

test('no cell is a formula, whatever is said', () => {
  const property = fc.property(fc.array(anyText, { minLength: 1, maxLength: 12 }), (texts) => {
    let n = 0
    const csv = reportCsv(saying(sampleReport, () => texts[n++ % texts.length] ?? ''))
    for (const row of rowsOf(csv))
      for (const [column, cell] of Object.entries(row))
        if (FORMULA.test(cell))
          expect([column, cell]).toEqual([expect.toBeOneOf(NUMBER_COLUMNS), expect.stringMatching(NUMBER)])
    // As Excel reads it where `;` separates, with or without an eye for quotes.
    for (const cell of csv.split(/;/))
      expect(cell.replace(/^[\s"']+(?=[^\s"'])/, (start) => (start.includes("'") ? "'" : ''))).not.toMatch(FORMULA)
  })
  fc.assert(property, { numRuns: 200 })
})

/** Read back by somebody else's parser: every row has every column. */
function rowsOf(csv: string): readonly Readonly<Record<string, string>>[] {
  const { data, errors } = papaparse.parse<string[]>(csv, { delimiter: ',', newline: '\r\n' })
  expect(errors).toEqual([])
  const [columns = [], ...rows] = data
  expect(rows.pop()).toEqual(['']) // after the last line end
  expect(columns).toHaveLength(new Set(columns).size)
  return rows.map((row) => {
    expect(row).toHaveLength(columns.length)
    return Object.fromEntries(columns.map((column, n) => [column, row[n] ?? '']))
  })
}

function withAmounts(amount: string): Report {
  const value = { min: amount, max: amount, unit: 'EUR', target: amount, expected: amount }
  return { ...sampleReport, totals: sampleReport.totals.map((total) => ({ ...total, value })) }
}

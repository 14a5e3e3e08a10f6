import { expect, test } from 'vitest'
import { reportJson } from './json.ts'
import { sampleReport } from './sample-report.ts'

test('all of the report, its keys in their order', () => {
  const text = reportJson(sampleReport)
  expect(text.startsWith('{\n  "schema": "servanda.report/1",\n  "title":')).toBe(true)
  expect(text.endsWith('}\n')).toBe(true)
  expect(JSON.parse(text)).toEqual(sampleReport)
})

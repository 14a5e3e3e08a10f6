import { expect, test } from 'vitest'
import { Durations } from './durations.ts'

function durations() {
  return new Durations({ name: 'took_seconds', help: 'How long.', labelNames: ['how', 'where'], buckets: [0.1, 1] })
}

test('nothing is told of what never happened', () => {
  expect(durations().text()).toBe('# HELP took_seconds How long.\n# TYPE took_seconds histogram\n')
})

test('each bucket counts what took as long as its bound, or less', () => {
  const found = durations()
  for (const seconds of [0.1, 0.05, 0.5, 2]) found.observe(['fast', 'here'], seconds)
  found.observe(['fast', 'there'], 1)
  expect(found.text().split('\n').slice(2)).toEqual([
    'took_seconds_bucket{how="fast",where="here",le="0.1"} 2',
    'took_seconds_bucket{how="fast",where="here",le="1"} 3',
    'took_seconds_bucket{how="fast",where="here",le="+Inf"} 4',
    'took_seconds_sum{how="fast",where="here"} 2.65',
    'took_seconds_count{how="fast",where="here"} 4',
    'took_seconds_bucket{how="fast",where="there",le="0.1"} 0',
    'took_seconds_bucket{how="fast",where="there",le="1"} 1',
    'took_seconds_bucket{how="fast",where="there",le="+Inf"} 1',
    'took_seconds_sum{how="fast",where="there"} 1',
    'took_seconds_count{how="fast",where="there"} 1',
    '',
  ])
})

test('what would end a label is escaped', () => {
  const found = durations()
  found.observe(['a"b', 'c\\d\ne'], 0)
  expect(found.text()).toContain('took_seconds_count{how="a\\"b",where="c\\\\d\\ne"} 1')
})

import { expect, test } from 'vitest'
import { LineSplitter } from './line-splitter.ts'

function cut(text: string, pieceBytes: number, longest = 1_000): (readonly [number, string | null])[] {
  const bytes = Buffer.from(text)
  const splitter = new LineSplitter(longest)
  const lines = []
  for (let from = 0; from < bytes.length; from += pieceBytes)
    lines.push(...splitter.take(bytes.subarray(from, from + pieceBytes)))
  return [...lines, ...splitter.end()].map((line) => [line.number, line.bytes?.toString('utf8') ?? null])
}

test.each([1, 2, 3, 7, 1_000])('lines are the same in pieces of %i bytes', (pieceBytes) => {
  expect(cut('один\n\nthree\r\n\r\n{"a":1}', pieceBytes)).toEqual([
    [1, 'один'],
    [3, 'three\r'],
    [5, '{"a":1}'],
  ])
})

test.each([1, 4, 1_000])('a line that is too long is named and not kept, in pieces of %i bytes', (pieceBytes) => {
  expect(cut(`ab\n${'x'.repeat(50)}\ncd\n${'y'.repeat(50)}`, pieceBytes, 10)).toEqual([
    [1, 'ab'],
    [2, null],
    [3, 'cd'],
    [4, null],
  ])
})

test('nothing has no lines', () => {
  expect(cut('', 1)).toEqual([])
  expect(cut('\n\n', 1)).toEqual([])
})

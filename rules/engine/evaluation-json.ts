import type { CommitmentReport } from './incremental/report.ts'

/**
 * An evaluation as JSON, piece by piece: together the text that `JSON.stringify(evaluation, null, 2)` gives, so that no
 * more than one case has to be in memory as it is printed.
 */
export function* jsonPieces(head: object, reports: Iterable<CommitmentReport>): Iterable<string> {
  yield `${withoutEnd(head, '')},\n  "commitments": `
  yield* list(reports, '  ', commitmentPieces)
  yield '\n}'
}

function* commitmentPieces(report: CommitmentReport, indent: string): Iterable<string> {
  yield `${withoutEnd(report.head, indent)},\n${indent}  "cases": `
  yield* list(report.cases(), `${indent}  `, (found, at) => [indented(found, at)])
  yield `\n${indent}}`
}

function* list<T>(
  items: Iterable<T>,
  indent: string,
  piecesOf: (item: T, indent: string) => Iterable<string>,
): Iterable<string> {
  let isEmpty = true
  for (const item of items) {
    yield `${isEmpty ? '[' : ','}\n${indent}  `
    yield* piecesOf(item, `${indent}  `)
    isEmpty = false
  }
  yield isEmpty ? '[]' : `\n${indent}]`
}

/** An object to which more keys are going to be added. */
function withoutEnd(value: object, indent: string): string {
  const text = indented(value, indent)
  return text.slice(0, text.lastIndexOf('\n'))
}

function indented(value: object, indent: string): string {
  // A line break inside a text is written as \n, so that every one there is stands between two lines.
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`)
}

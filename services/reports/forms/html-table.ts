import { countText, type Html, html, type Reader } from '../../text/index.ts'
import { manyText } from './html-words.ts'

/** A column: what stands above it, and in it. Null: there is nothing to say. */
export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => Html | string | null
  /** A column of numbers is narrow, and says 0 where there is nothing. */
  readonly isCount?: true
  /** Whole sentences, which want the whole width of a phone. */
  readonly isProse?: true
  /** Its part of the width, in percent. */
  readonly width?: number
}

/**
 * A table whose first column names its rows. On a narrow screen each row becomes a block of its own with the heads beside
 * the cells; then some browsers forget that it is a table, hence the roles, which say nothing that is not so anyway.
 * @param isMarked  what stands beneath the row before as something of less weight
 */
export function tableHtml<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  isMarked: (row: Row) => boolean = () => false,
): Html {
  return html`<table role="table">
<caption><span>${caption}</span></caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    ({ head, isCount, width }) =>
      html`<th scope="col" role="columnheader"${isCount ? html` class="count"` : null}${width === undefined ? null : html` style="width:${width}%"`}>${head}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (row) =>
    html`<tr role="row"${isMarked(row) ? html` class="aside"` : null}>${columns.map((column, n) => cellHtml(column, row, n === 0))}</tr>\n`,
)}</tbody>
</table>
`
}

/** That there is more than is shown, where that is so. */
export function moreHtml(all: number, shown: number, one: string, reader: Reader): Html | null {
  const more = all - shown
  if (more <= 0) return null
  return html`<p class="more">${countText(shown, reader)} of ${manyText(all, one, reader)} are shown. There ${more === 1 ? 'is' : 'are'} ${countText(more, reader)} more in the CSV and JSON forms of this report.</p>`
}

function cellHtml<Row>({ head, cell, isCount, isProse }: Column<Row>, row: Row, isFirst: boolean): Html {
  const content = cell(row)
  if (isFirst) return html`<th scope="row" role="rowheader">${content}</th>`
  const looks = [isCount && 'count', isProse && 'prose', content === null && 'none'].filter(Boolean).join(' ')
  return html`<td role="cell"${looks === '' ? null : html` class="${looks}"`} data-head="${head}"><div>${content ?? (isCount ? '0' : '–')}</div></td>`
}

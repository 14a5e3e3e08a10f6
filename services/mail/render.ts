/** A letter as a mail carries it: twice, as text and as a page. */
export { renderHtml } from './render-html.ts'
export { renderText } from './render-text.ts'

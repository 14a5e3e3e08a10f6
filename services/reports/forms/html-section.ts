import { type Html, html } from '../../text/index.ts'
import { WORDS } from '../words.ts'

/** The names of the sections, which are their anchors too: links to them stay good. */
export type SectionId = keyof typeof WORDS.sections

/** A section of the page with its heading. */
export function sectionHtml(id: SectionId, body: Html): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${WORDS.sections[id]}</h2>
${body}
</section>
`
}

/** A sentence where there is nothing to list. */
export function nothing(words: string): Html {
  return html`<p>${words}</p>`
}

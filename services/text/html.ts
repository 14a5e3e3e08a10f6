import { escapeHtml } from './safe-text.ts'

/** Markup that we wrote; everything else is text. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Content = string | number | Html | null | readonly Content[]

/** Markup with text in it, escaped: html`<b>${title}</b>`. Null is nothing, a list is its items. */
export function html(markup: TemplateStringsArray, ...content: readonly Content[]): Html {
  return new Html(markup.reduce((text, piece, n) => `${text}${written(content[n - 1] ?? null)}${piece}`))
}

function written(content: Content): string {
  if (content === null) return ''
  if (content instanceof Html) return content.text
  return typeof content === 'object' ? content.map(written).join('') : escapeHtml(String(content))
}

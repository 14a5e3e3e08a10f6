import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../config/root.ts'

/** The examples of a page: its fenced blocks, with what the fence says after the language. */
export interface Example {
  /** `yaml`, `json`, `text`, … */
  readonly language: string
  /** The second word of the fence: `frame`, `wrong`, `events`, …; empty when there is none. */
  readonly role: string
  readonly text: string
  /** Line of the fence in the page, from 1. */
  readonly line: number
  /** The heading it stands under. */
  readonly under: string
}

/** The text of `docs/<page>`. */
export function page(name: string): string {
  return readFileSync(join(packageRoot(), 'docs', name), 'utf8')
}

/** The fenced blocks of a page, in order. Throws when a fence is not closed. */
export function examplesIn(markdown: string): readonly Example[] {
  const found: Example[] = []
  let open: { language: string; role: string; line: number; lines: string[] } | null = null
  let under = ''
  for (const [i, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*) ?(.*)$/.exec(line)
    if (!fence) {
      if (open) open.lines.push(line)
      else if (/^#+ /.test(line)) under = line.replace(/^#+ /, '')
    } else if (open) {
      const { lines, ...rest } = open
      found.push({ ...rest, text: `${lines.join('\n')}\n`, under })
      open = null
    } else open = { language: fence[1] ?? '', role: fence[2] ?? '', line: i + 1, lines: [] }
  }
  if (open) throw new Error(`the block on line ${open.line} is not closed`)
  return found
}

/** `text` with the parts of the frame that it leaves out, put behind it so that its line numbers stay what they are. */
export function framed(text: string, frame: string): string {
  const own = new Set(topLevel(text).map(({ key }) => key))
  return (
    text +
    topLevel(frame)
      .flatMap(({ key, lines }) => (own.has(key) ? [] : [`${lines.join('\n')}\n`]))
      .join('')
  )
}

/** The top-level keys of a YAML text, each with its lines. */
function topLevel(text: string): readonly { readonly key: string; readonly lines: readonly string[] }[] {
  const parts: { key: string; lines: string[] }[] = []
  for (const line of text.trimEnd().split('\n')) {
    const key = /^(\w+):/.exec(line)?.[1]
    if (key !== undefined) parts.push({ key, lines: [line] })
    else parts.at(-1)?.lines.push(line)
  }
  return parts
}

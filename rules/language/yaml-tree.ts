import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Problem } from './problem.ts'

/** A YAML document as plain nodes that remember where they stand; only what a rulebook may use is let through. */
export type YamlNode =
  | { readonly kind: 'map'; readonly at: Place; readonly entries: readonly YamlEntry[] }
  | { readonly kind: 'list'; readonly at: Place; readonly items: readonly YamlNode[] }
  | {
      readonly kind: 'scalar'
      readonly at: Place
      readonly value: string | number | boolean | null
      readonly text: string
    }

export interface YamlEntry {
  readonly key: string
  readonly at: Place
  readonly value: YamlNode
}

/** Line and column, both from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A rulebook larger than this, with what it includes, is refused unread. */
export const MAX_CHARACTERS = 500_000
const MAX_DEPTH = 24
const MAX_NODES = 50_000

export type YamlResult =
  | { readonly ok: true; readonly root: YamlNode; readonly lines: readonly string[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Parses one YAML 1.2 document. Anchors, aliases, tags, merge keys, several documents and nesting beyond
 * {@link MAX_DEPTH} are refused: they serve no rulebook, and each is a known way to exhaust a reader.
 */
export function parseYaml(text: string, file: string): YamlResult {
  const refuse = (line: number, column: number, code: string, message: string, mend: string): YamlResult => ({
    ok: false,
    problems: [{ file, line, column, code, message, why: null, mend, excerpt: excerptOf(text, line) }],
  })
  if (text.length > MAX_CHARACTERS) {
    return refuse(
      0,
      0,
      'too-large',
      `the file has ${text.length} characters, more than ${MAX_CHARACTERS}`,
      'split it: one agreement a file',
    )
  }
  const deep = tooDeep(text)
  if (deep > 0)
    return refuse(deep, 1, 'too-deep', 'the nesting is too deep to be a rulebook', `stay within ${MAX_DEPTH} levels`)
  const counter = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    merge: false,
    lineCounter: counter,
    prettyErrors: false,
    logLevel: 'error',
    stringKeys: false,
  })
  const lines = text.split(/\r?\n/)
  const problems: Problem[] = []
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset)
    return { line, column: col }
  }
  const complain = (at: Place, code: string, message: string, mend: string, why: string | null = null): void => {
    problems.push({
      file,
      line: at.line,
      column: at.column,
      code,
      message,
      why,
      mend,
      excerpt: (lines[at.line - 1] ?? '').slice(0, 300),
    })
  }
  for (const error of [...document.errors, ...document.warnings].slice(0, 20)) {
    complain(
      place(error.pos[0]),
      'yaml',
      YAML_MESSAGES[error.code] ?? firstSentence(error.message),
      YAML_MENDS[error.code] ?? 'check the indentation, colons and quotes of this line',
    )
  }
  if (problems.length > 0) return { ok: false, problems }
  const root = convert(document.contents, { place, complain, nodes: 0 }, 0, { line: 1, column: 1 })
  return problems.length > 0 ? { ok: false, problems } : { ok: true, root, lines }
}

/** What the parser says for programmers, said for everybody. */
const YAML_MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins here, and only one is read',
  TAB_AS_INDENT: 'this line is indented with a tab',
}

const YAML_MENDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces, not tabs',
  MULTIPLE_DOCS: 'write one agreement a file: remove the line ---',
  TAG_RESOLVE_FAILED: 'remove the tag (the word that starts with !)',
  BAD_INDENT: 'align this line with its neighbours',
  MISSING_CHAR: 'close the quote, bracket or brace',
}

interface Conversion {
  readonly place: (offset: number) => Place
  readonly complain: (at: Place, code: string, message: string, mend: string, why?: string | null) => void
  nodes: number
}

function convert(node: Node | null, to: Conversion, depth: number, fallback: Place): YamlNode {
  const at = node?.range ? to.place(node.range[0]) : fallback
  const nothing: YamlNode = { kind: 'scalar', at, value: null, text: '' }
  to.nodes++
  if (to.nodes > MAX_NODES || depth > MAX_DEPTH) {
    if (to.nodes <= MAX_NODES + 1)
      to.complain(
        at,
        'too-deep',
        'the file is larger or deeper than a rulebook can be',
        `stay within ${MAX_DEPTH} levels and ${MAX_NODES} values`,
      )
    to.nodes = MAX_NODES + 2
    return nothing
  }
  if (node === null) return nothing
  if (isAlias(node) || node.anchor !== undefined) {
    to.complain(
      at,
      'alias',
      'anchors and aliases (& and *) are not part of the language',
      'write the value out where it is needed',
    )
    return nothing
  }
  if (node.tag !== undefined && !/^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/.test(node.tag)) {
    to.complain(at, 'tag', `the tag ${node.tag} is not part of the language`, 'remove the word that starts with !')
    return nothing
  }
  if (isScalar(node)) {
    const text = node.source ?? (node.value === null ? '' : String(node.value))
    const value =
      typeof node.value === 'string' || typeof node.value === 'number' || typeof node.value === 'boolean'
        ? node.value
        : null
    return { kind: 'scalar', at, value, text }
  }
  if (isSeq(node))
    return { kind: 'list', at, items: node.items.map((item) => convert(item as Node | null, to, depth + 1, at)) }
  if (!isMap(node)) return nothing
  const entries: YamlEntry[] = []
  const seen = new Map<string, Place>()
  for (const pair of node.items) {
    const key = pair.key as Node | null
    const keyAt = key?.range ? to.place(key.range[0]) : at
    if (!isScalar(key) || key.value === null || key.anchor !== undefined) {
      to.complain(keyAt, 'key', 'a key has to be a plain word', 'write key: value')
      continue
    }
    const name = key.source ?? String(key.value)
    const before = seen.get(name)
    if (before) {
      to.complain(
        keyAt,
        'duplicate-key',
        `${name} stands here twice; the first is on line ${before.line}`,
        'remove one of the two',
        'only one of them could be meant',
      )
      continue
    }
    seen.set(name, keyAt)
    entries.push({ key: name, at: keyAt, value: convert(pair.value as Node | null, to, depth + 1, keyAt) })
  }
  return { kind: 'map', at, entries }
}

/** The line where brackets, dashes or indentation nest beyond any rulebook, or 0: a cheap scan before real parsing. */
function tooDeep(text: string): number {
  let line = 1
  let flow = 0
  let indent = 0
  let dashes = 0
  let startOfLine = true
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\n') {
      line++
      indent = 0
      dashes = 0
      startOfLine = true
    } else if (c === '[' || c === '{') {
      startOfLine = false
      if (++flow > 200) return line
    } else if (c === ']' || c === '}') {
      startOfLine = false
      flow = Math.max(0, flow - 1)
    } else if (startOfLine && c === ' ') {
      if (++indent > 400) return line
    } else if (startOfLine && (c === '-' || c === '?') && text[i + 1] === ' ') {
      if (++dashes > MAX_DEPTH) return line
    } else startOfLine = false
  }
  return 0
}

function firstSentence(message: string): string {
  return (message.split('\n')[0] ?? message).slice(0, 200)
}

function excerptOf(text: string, line: number): string {
  return line > 0 ? (text.slice(0, 100_000).split('\n')[line - 1] ?? '').slice(0, 200) : ''
}

import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** Something that a source may not say, where, and why. */
interface SourceRule {
  readonly where: RegExp
  readonly except?: RegExp
  /** Whether the pattern is looked for in what is quoted (SQL), or in the code around it. */
  readonly within: 'strings' | 'code'
  readonly pattern: RegExp
  readonly why: string
}

const PRODUCT = /^(bin|config|rules|services|workers)\//
const TESTS = /\.test\.ts$/

const RULES: readonly SourceRule[] = [
  {
    where: /^services\//,
    within: 'strings',
    pattern:
      /(?<![.\w])now\s*\(\s*\)|\b(current_timestamp|current_time|current_date|localtimestamp|localtime|(clock|statement|transaction)_timestamp|timeofday)\b|'(now|today|yesterday|tomorrow)'::/i,
    why: 'SQL never asks for the time: pass the instant of the Clock',
  },
  {
    where: PRODUCT,
    except: /^config\/clock\.ts$/,
    within: 'code',
    pattern: /\bnew Date\b|\bDate\s*\(|\bDate\.(now|parse|UTC)\b|\bTemporal\.Now\.(?!timeZoneId\b)/,
    why: 'only the shell asks for the time, from the Clock it was given, and there is no Date',
  },
  {
    where: /^(config|rules|services|workers)\//,
    within: 'code',
    pattern: /\bprocess\.env\b/,
    why: 'settings are read once, from what bin passes to readSettings',
  },
  { where: PRODUCT, within: 'code', pattern: /\bNODE_ENV\b/, why: 'nothing behaves differently under test' },
  {
    where: /^(services|workers|bin)\//,
    except: /^services\/store\//,
    within: 'code',
    pattern: /\.transaction\(\s*\)|\.startTransaction\(/,
    why: 'transactions begin with store.transaction(), which notices nested use of the pool',
  },
]

/** Every breach of `RULES` in `files`, one line each; comments may say what they like. */
export function sourceProblems(files: readonly string[]): string[] {
  return files
    .filter((file) => PRODUCT.test(file) && !TESTS.test(file))
    .flatMap((file) => problemsIn(file, readFileSync(file, 'utf8')))
}

/** What `text`, the source of `file`, says that it must not. */
export function problemsIn(file: string, text: string): string[] {
  const rules = RULES.filter(({ where, except }) => where.test(file) && !except?.test(file))
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const problems: string[] = []
  const visit = (node: ts.Node) => {
    const within = isQuoted(node) ? 'strings' : 'code'
    const words = isQuoted(node) ? node.text : isShort(node) ? node.getText() : ''
    for (const rule of rules) {
      if (rule.within !== within || !rule.pattern.test(words)) continue
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      problems.push(`${file}:${line + 1}: ${rule.why}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...new Set(problems)]
}

function isQuoted(node: ts.Node): node is ts.LiteralLikeNode {
  return ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)
}

/** The pieces of code that a rule can be about: a name, a call, an access; never a whole block. */
function isShort(node: ts.Node): boolean {
  return ts.isNewExpression(node) || ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)
}

import { type Command, Option } from 'commander'
import type { Expected, VerifiedDocument } from '../verify-ledger.ts'

/** `servanda verify`: whether every row of the ledger, and every entry of the audit log, is still what was recorded. */
export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'recompute the chains of hashes over the ledger and the audit log, and name every row that does not hold',
    )
    .option('--expect <seq:hash>', 'a row and its hash that were noted earlier: it has to be there still')
    .option('--expect-audit <number:hash>', 'the same for an entry of the audit log')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(async ({ format, ...expected }: Expected & { readonly format: 'text' | 'json' }) => {
      const { verify } = await import('../verify-ledger.ts')
      const found = await verify(expected)
      console.log(format === 'json' ? JSON.stringify(found) : [...asText(found), ...auditAsText(found)].join('\n'))
      if (found.findings.length + found.audit.findings.length > 0) process.exitCode = 1
    })
}

function asText({ rows, head, expected, findings, findings_omitted: omitted }: VerifiedDocument): readonly string[] {
  if (findings.length > 0) {
    const count = findings.length + omitted
    return [
      `${rows.toLocaleString('en')} rows, and ${count === 1 ? 'one finding' : `${count.toLocaleString('en')} findings`}:`,
      ...findings.map((found) => `  ${whatOf(found)}: ${found.message}`),
      ...(omitted > 0 ? [`  … and ${omitted.toLocaleString('en')} more`] : []),
    ]
  }
  if (head === null) return ['The ledger is empty.']
  const held = `${rows.toLocaleString('en')} rows, and every one holds.`
  const noted = `${head.seq}:${head.hash}`
  if (expected !== null) return [`${held} Row ${expected.seq} is the one that was noted. The last is now`, `  ${noted}`]
  return [
    `${held} The last is`,
    `  ${noted}`,
    'Note it elsewhere and give it to --expect the next time: that rows at the end were cut off, or that the whole',
    'chain was made anew, shows in no other way.',
  ]
}

function auditAsText({ audit }: VerifiedDocument): readonly string[] {
  const { rows, head, findings, findings_omitted: omitted } = audit
  if (findings.length > 0) {
    return [
      `The audit log: ${rows.toLocaleString('en')} entries, and ${(findings.length + omitted).toLocaleString('en')} findings:`,
      ...findings.map((found) => `  ${whatOfEntry(found)}: ${found.message}`),
    ]
  }
  if (head === null) return []
  return [
    `The audit log: ${rows.toLocaleString('en')} entries, and every one holds. The last is, for --expect-audit,`,
    `  ${head.number}:${head.hash}`,
  ]
}

function whatOf({ kind, seq, through, source, id, revision }: VerifiedDocument['findings'][number]): string {
  const rows = through > seq ? `rows ${seq} to ${through}` : `row ${seq}`
  const event = id === null ? '' : ` (${id} from ${source}, revision ${revision})`
  return `${rows}${event} ${kind.replaceAll('_', ' ')}`
}

function whatOfEntry({ kind, number, through, action }: VerifiedDocument['audit']['findings'][number]): string {
  const entries = through > number ? `entries ${number} to ${through}` : `entry ${number}`
  return `${entries}${action === null ? '' : ` (${action})`} ${kind.replaceAll('_', ' ')}`
}

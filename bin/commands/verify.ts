import { type Command, Option } from 'commander'
import type { VerificationDocument } from '../../services/ledger/index.ts'

/** `servanda verify`: whether every row of the ledger is still what was recorded. */
export function verifyCommand(program: Command): void {
  program
    .command('verify')
    .description('recompute the chain of hashes over the ledger, and name every row that does not hold')
    .option('--expect <seq:hash>', 'a row and its hash that were noted earlier: it has to be there still')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(async ({ expect, format }: { readonly expect?: string; readonly format: 'text' | 'json' }) => {
      const { verify } = await import('../verify-ledger.ts')
      const found = await verify(expect)
      console.log(format === 'json' ? JSON.stringify(found) : asText(found))
      if (found.findings.length > 0) process.exitCode = 1
    })
}

function asText({ rows, head, expected, findings, findings_omitted: omitted }: VerificationDocument): string {
  if (findings.length > 0) {
    const count = findings.length + omitted
    return [
      `${rows.toLocaleString('en')} rows, and ${count === 1 ? 'one finding' : `${count.toLocaleString('en')} findings`}:`,
      ...findings.map((found) => `  ${whatOf(found)}: ${found.message}`),
      ...(omitted > 0 ? [`  … and ${omitted.toLocaleString('en')} more`] : []),
    ].join('\n')
  }
  if (head === null) return 'The ledger is empty.'
  const held = `${rows.toLocaleString('en')} rows, and every one holds.`
  const noted = `${head.seq}:${head.hash}`
  if (expected !== null) return `${held} Row ${expected.seq} is the one that was noted. The last is now\n  ${noted}`
  return [
    `${held} The last is`,
    `  ${noted}`,
    'Note it elsewhere and give it to --expect the next time: that rows at the end were cut off, or that the whole',
    'chain was made anew, shows in no other way.',
  ].join('\n')
}

function whatOf({ kind, seq, through, source, id, revision }: VerificationDocument['findings'][number]): string {
  const rows = through > seq ? `rows ${seq} to ${through}` : `row ${seq}`
  const event = id === null ? '' : ` (${id} from ${source}, revision ${revision})`
  return `${rows}${event} ${kind.replaceAll('_', ' ')}`
}

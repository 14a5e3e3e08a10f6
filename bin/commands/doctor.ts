import { type Command, Option } from 'commander'
import type { Part } from '../../services/health/index.ts'

/** `servanda doctor`: looks at the settings, the machine and what the service needs, and says what to do; exit 1 when anything is. */
export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Look at the whole setup, beside a running service or without one, and say what to mend.')
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'json']).default('text'))
    .action(async ({ format }: { readonly format: 'text' | 'json' }) => {
      const { examine } = await import('../doctor/examine.ts')
      const parts = await examine(process.env)
      const found = parts.filter(({ state }) => state !== 'ok').length
      console.log(format === 'json' ? JSON.stringify({ ok: found === 0, parts }, null, 2) : asText(parts, found))
      if (found > 0) process.exitCode = 1
    })
}

const SIGNS = { ok: '✓', degraded: '!', down: '✗' } as const satisfies Record<Part['state'], string>

function asText(parts: readonly Part[], found: number): string {
  const width = Math.max(...parts.map(({ part }) => part.length))
  const lines = parts.flatMap(({ part, state, message, mend }) => [
    `  ${SIGNS[state]} ${part.padEnd(width)}  ${message}`,
    ...(mend === undefined ? [] : [`    ${' '.repeat(width)}  → ${mend}`]),
  ])
  const sum = found === 0 ? 'Everything is fine.' : `${found === 1 ? 'One finding' : `${found} findings`}.`
  return [...lines, '', sum].join('\n')
}

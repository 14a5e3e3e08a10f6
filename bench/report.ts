import type { Measured } from './setting.ts'

/** `measured` as people read it, one line a figure. */
export function report({ name, figures }: Measured): string {
  const rows = figures.map((f) => [f.name, f.value, f.target, f.ok === null ? '' : f.ok ? 'ok' : 'SHORT'])
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) => `  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd())
  return [name, ...lines].join('\n')
}

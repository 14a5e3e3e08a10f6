import type { Instant, Rulebook } from '../../rules/index.ts'
import { agreementFacts, type NewIntent } from '../alerts/index.ts'
import type { ExpectedSource } from './silence.ts'

const MINUTE_MS = 60_000

/** What there is to tell of sources that have fallen silent. Pure. */
export function staleSources(
  adopted: readonly { readonly rulebook: Rulebook }[],
  silent: readonly ExpectedSource[],
  at: Instant,
  windowMs: number,
): readonly NewIntent[] {
  const rulebooks = new Map(adopted.map(({ rulebook }) => [rulebook.id, rulebook]))
  return silent.flatMap(({ agreement, source: id, heardAt, expectedBy }) => {
    const rulebook = rulebooks.get(agreement)
    const source = rulebook?.sources.find((one) => one.id === id)
    if (!rulebook || !source) return []
    const { title, url } = source
    return [
      {
        about: `${agreement}#${id}`,
        agreement,
        commitment: null,
        kind: 'source_stale' as const,
        rung: '',
        // Each time that it falls silent is one of its own.
        verdictVersion: Math.floor(expectedBy / MINUTE_MS),
        verdict: null,
        severity: 'warning' as const,
        occurredAt: expectedBy,
        replaces: null,
        isNews: at - expectedBy <= windowMs,
        body: {
          about: 'source' as const,
          agreement: agreementFacts(rulebook),
          source: { id, title, url, heardAt, expectedBy },
        },
      },
    ]
  })
}

import type { Commitment } from '../language/rulebook.ts'
import type { Horizon } from './horizon.ts'
import type { Instant } from './instant.ts'
import type { World } from './world.ts'

/** The named sources that have not yet reported everything up to `close` of what `commitment` counts. */
export function silentSources(world: World, commitment: Commitment, close: Instant, h: Horizon): readonly string[] {
  const { reportedBy } = commitment.evidence
  if (reportedBy.length === 0) return []
  const marks = world.orders('watermark', h)
  const types = countedTypes(commitment)
  return reportedBy.filter((source) =>
    types.some((type) => {
      const through = marks
        .filter((m) => m.control.source === source && (m.control.types === null || m.control.types.includes(type)))
        .map((m) => m.control.through)
      return !through.some((t) => t >= close)
    }),
  )
}

/** The event types whose absence a verdict on `commitment` may rest on. */
function countedTypes(commitment: Commitment): readonly string[] {
  const matches = (() => {
    switch (commitment.kind) {
      case 'act':
        return commitment.counts
      case 'total':
        return commitment.counts.map((c) => c.match)
      case 'maintain':
        return commitment.state.kind === 'events' ? [...commitment.state.starts, ...commitment.state.ends] : []
      case 'prohibit':
        return [...commitment.what, ...commitment.unclear]
      case 'endeavour':
        return [...commitment.signsOfEffort, ...commitment.outcome]
      case 'power':
        return commitment.exercisedBy
    }
  })()
  const types = new Set(matches.map((m) => m.event))
  return types.size > 0 ? [...types] : ['servanda.indicator']
}

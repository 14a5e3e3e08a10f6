import type { ControlKind, ServandaEvent, Standing } from '../../rules/index.ts'
import { type AccessKey, hasScope, type Scope } from './key.ts'

/** The scope each kind of `servanda.*` event needs, through whatever door it comes. */
const CONTROL_SCOPES = {
  judgement: 'judgement',
  waiver: 'control',
  discharge: 'control',
  suspension: 'control',
  resumption: 'control',
  termination: 'control',
  watermark: 'watermark',
  indicator: 'indicator',
} as const satisfies Record<ControlKind, Scope>

/** The scope needed to write an event of `type`. A `servanda.*` type this version does not know needs the strongest. */
export function scopeForType(type: string | null): Scope {
  if (type === null || !type.startsWith('servanda.')) return 'events'
  return CONTROL_SCOPES[type.slice('servanda.'.length) as ControlKind] ?? 'admin'
}

const STANDING_ORDER: readonly Standing[] = ['disputed', 'reported', 'confirmed']

function isAbove(one: Standing, other: Standing): boolean {
  return STANDING_ORDER.indexOf(one) > STANDING_ORDER.indexOf(other)
}

/** What a revision that is there already says. */
interface Known {
  readonly revision: number
  readonly type: string | null
  readonly standing: Standing
}

/**
 * Why `key` may not write `event`; null: it may. Pure.
 * @param known  the revisions the ledger already holds: to correct or retract one takes what writing it took
 */
export function eventRefusal(
  key: AccessKey,
  event: Pick<ServandaEvent, 'source' | 'revision' | 'type' | 'standing' | 'recordedTime'>,
  known: readonly Known[],
): string | null {
  const held = known.map(({ type }) => type)
  const types = event.type === null && known.length > 0 ? held : [event.type, ...held]
  for (const type of types) {
    const scope = scopeForType(type)
    if (!hasScope(key, scope)) return `An event of type ${type ?? '(none)'} needs a key with the scope "${scope}".`
  }
  if (key.sources !== null && !key.sources.some((allowed) => coversSource(allowed, event.source))) {
    return `This key may not write events of the source ${event.source}; it writes those of ${listed(key.sources)}.`
  }
  const { highestStanding } = key
  if (isAbove(event.standing, highestStanding)) {
    return `This key may not give an event the standing "${event.standing}"; "${highestStanding}" is its highest.`
  }
  const latest = known.reduce<Known | null>((one, next) => (one && one.revision > next.revision ? one : next), null)
  // What is sent again changes nothing, whatever became of the event since.
  if (latest && event.revision > latest.revision && isAbove(latest.standing, highestStanding)) {
    return `This event has the standing "${latest.standing}"; a key whose highest is "${highestStanding}" may not change it.`
  }
  if (event.recordedTime !== null && !hasScope(key, 'recordedtime')) {
    return 'To claim an earlier "recordedtime" takes a key with the scope "recordedtime".'
  }
  return null
}

const MOST_LISTED = 10

function listed(sources: readonly string[]): string {
  const more = sources.length - MOST_LISTED
  return `${sources.slice(0, MOST_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** `https://a.example/` covers everything below it; without the slash, only itself. */
function coversSource(allowed: string, source: string): boolean {
  return allowed.endsWith('/') ? source.startsWith(allowed) : source === allowed
}

import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { formatInstant, type Rulebook } from '../../rules/index.ts'
import type { AlertFilter, EscalationStep, Rhythm, Subscription } from '../alerts/index.ts'
import { mergePatch } from './merge-patch.ts'
import { type ProblemItem, problem } from './problem.ts'
import { type FilterOrder, SubscriptionOrder } from './subscription-shapes.ts'
import { localeProblems, nameProblems, zoneProblems } from './wishes.ts'

type Order = Static<typeof SubscriptionOrder>

/** The part of a subscription that whoever asks for it decides. */
export type Wanted = Pick<
  Subscription,
  'name' | 'channel' | 'address' | 'person' | 'zone' | 'locale' | 'filter' | 'rhythm' | 'quiet' | 'escalation'
>

/** What there is to refer to. */
export interface Known {
  readonly rulebooks: readonly Rulebook[]
  readonly subscriptions: ReadonlySet<string>
  readonly persons: ReadonlySet<string>
  /** The id of the subscription that is changed; null: it is new. */
  readonly self: string | null
}

/**
 * What `order` asks for.
 * @throws {ServandaError} `REQUEST_INVALID` with everything that is wrong
 */
export function readSubscription(order: Order, known: Known): Wanted {
  const { name, channel = 'mail', address, person = null, zone = 'UTC', locale = 'en-GB', filter = {} } = order
  const { digest = null, quiet_hours: quiet = null, escalation = [] } = order
  refuse([
    ...addressProblems(channel, address),
    ...zoneProblems(zone),
    ...localeProblems(locale),
    ...(person === null || known.persons.has(person)
      ? []
      : [{ pointer: '/person', message: 'There is no such person.' }]),
    ...filterProblems(filter, known.rulebooks, '/filter'),
    ...escalation.flatMap(({ tell }, n) => stepProblems(tell, `/escalation/${n}/tell`, known)),
    ...(quiet !== null && quiet.from === quiet.to
      ? [{ pointer: '/quiet_hours', message: 'begin and end at the same time', mend: 'leave them out, or pause it' }]
      : []),
  ])
  return {
    name,
    channel,
    address,
    person,
    zone,
    locale,
    filter: filterIn(filter),
    rhythm: digest === null ? { every: 'alert' } : digest,
    quiet,
    escalation: escalation.map(({ after, tell }) => ({ afterMinutes: minutesIn(after), tell })),
  }
}

/** A subscription as an order for it would be, changed by `patch` (RFC 7396). @throws {ServandaError} `REQUEST_INVALID` */
export function changedOrder(subscription: Subscription, patch: unknown): Order {
  const { name, channel, address, person, zone, locale, filter, rhythm, quiet, escalation } = subscription
  const order = {
    name,
    channel,
    address,
    ...(person !== null && { person }),
    zone,
    locale,
    filter: Object.fromEntries(Object.entries(filterBody(filter)).filter(([, value]) => value !== null)),
    ...(rhythm.every !== 'alert' && { digest: rhythm }),
    ...(quiet !== null && { quiet_hours: quiet }),
    escalation: escalation.map(stepBody),
  }
  const merged = mergePatch(order, patch)
  if (Value.Check(SubscriptionOrder, merged)) return merged
  const problems = Value.Errors(SubscriptionOrder, merged).map(({ instancePath, message }) => ({
    pointer: instancePath,
    message,
  }))
  throw problem('REQUEST_INVALID', 'The subscription would not be valid.', problems)
}

export function filterIn(filter: Static<typeof FilterOrder>): AlertFilter {
  const { agreements = null, parties = null, commitments = null, tags = null, kinds = null } = filter
  return { agreements, parties, commitments, tags, kinds, minimumSeverity: filter.minimum_severity ?? 'info' }
}

/** What a filter names that nobody knows: it would wait for it for ever. */
export function filterProblems(
  { agreements, commitments, parties, tags }: Static<typeof FilterOrder>,
  rulebooks: readonly Rulebook[],
  pointer: string,
): readonly ProblemItem[] {
  const all = {
    agreements: rulebooks.map(({ id }) => id),
    commitments: rulebooks.flatMap(({ id, commitments: own }) => own.map((one) => `${id}/${one.id}`)),
    parties: rulebooks.flatMap((one) => Object.keys(one.parties)),
    tags: rulebooks.flatMap((one) => one.commitments.flatMap((commitment) => commitment.tags)),
  }
  return nameProblems({ agreements, commitments, parties, tags }, all, pointer)
}

export function refuse(problems: readonly ProblemItem[]): void {
  if (problems.length > 0) throw problem('REQUEST_INVALID', 'Nothing was changed.', problems)
}

const ADDRESS = /^[^<>@\s,;:"()]{1,64}@[^<>@\s,;:"()]{1,255}$/

function addressProblems(channel: Order['channel'], address: string): readonly ProblemItem[] {
  const pointer = '/address'
  if (channel === 'mail' || channel === undefined) {
    if (ADDRESS.test(address)) return []
    return [{ pointer, message: 'is no mail address', mend: 'for example ann@example.org' }]
  }
  const url = URL.canParse(address) ? new URL(address) : null
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '') return []
  return [{ pointer, message: 'is no http(s) address', mend: 'for example https://hooks.example.org/servanda' }]
}

function stepProblems(tell: string, pointer: string, { subscriptions, self }: Known): readonly ProblemItem[] {
  if (tell === self) return [{ pointer, message: 'is the subscription itself' }]
  return subscriptions.has(tell) ? [] : [{ pointer, message: `There is no subscription ${tell}.` }]
}

const MINUTES = { m: 1, h: 60, d: 1_440 } as const

function minutesIn(text: string): number {
  return Number(text.slice(0, -1)) * MINUTES[text.slice(-1) as keyof typeof MINUTES]
}

function stepBody({ afterMinutes, tell }: EscalationStep) {
  const unit = (['d', 'h', 'm'] as const).find((one) => afterMinutes % MINUTES[one] === 0) ?? 'm'
  return { after: `${afterMinutes / MINUTES[unit]}${unit}`, tell }
}

export function filterBody({ agreements, parties, commitments, tags, kinds, minimumSeverity }: AlertFilter) {
  return {
    agreements: listOrNull(agreements),
    parties: listOrNull(parties),
    commitments: listOrNull(commitments),
    tags: listOrNull(tags),
    kinds: listOrNull(kinds),
    minimum_severity: minimumSeverity,
  }
}

export function subscriptionBody(one: Subscription) {
  const { id, name, channel, address, person, zone, locale, filter, rhythm, quiet, escalation } = one
  return {
    id,
    name,
    channel,
    address,
    person,
    zone,
    locale,
    filter: filterBody(filter),
    digest: digestBody(rhythm),
    quiet_hours: quiet && { ...quiet },
    escalation: escalation.map(stepBody),
    state: one.state,
    state_why: one.stateWhy,
    state_since: formatInstant(one.stateSince),
    created_at: formatInstant(one.createdAt),
  }
}

function digestBody(rhythm: Rhythm) {
  return rhythm.every === 'alert' ? null : { ...rhythm }
}

function listOrNull<T>(list: readonly T[] | null): T[] | null {
  return list === null ? null : [...list]
}

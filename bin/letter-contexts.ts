import type { Clock } from '../config/clock.ts'
import {
  acknowledgementsOf,
  actionToken,
  type Delivery,
  type LinkAction,
  type Subscription,
  subscriptionById,
  subscriptionsById,
} from '../services/alerts/index.ts'
import type { LetterContext } from '../services/letters/index.ts'
import type { RulebookShelf } from '../services/rulebooks/index.ts'
import type { Store } from '../services/store/index.ts'

export interface LetterContextDeps {
  readonly store: Store
  readonly shelf: RulebookShelf
  readonly clock: Clock
  readonly publicUrl: () => string
  /** The first one signs. */
  readonly secrets: readonly string[]
}

/** What a letter knows besides its delivery: where its links lead, and who has looked after what it tells. */
export function letterContexts({ store, shelf, clock, publicUrl, secrets }: LetterContextDeps) {
  return async (delivery: Delivery): Promise<LetterContext> => {
    const { content, subscription } = delivery
    const alerts = 'alerts' in content ? content.alerts.map(({ intent }) => intent) : []
    const found = await acknowledgementsOf(
      store.db,
      alerts.map(({ number }) => number),
    )
    const acknowledged = await Promise.all(
      [...found].map(
        async ([number, { by, note, at }]) => [number, { by: await nameOf(store, by), note, at }] as const,
      ),
    )
    const link = (action: LinkAction, isThere: boolean) => {
      const [secret] = secrets
      if (!isThere || secret === undefined) return null
      return `${publicUrl()}/v1/links/${actionToken(action, delivery.id, delivery.createdAt, secret)}`
    }
    const isTold = content.purpose === 'alert' || content.purpose === 'digest' || content.purpose === 'report'
    return {
      publicUrl: publicUrl(),
      clock: clock.describe(),
      links: {
        // A reader whom anybody may have subscribed decides for nobody else.
        acknowledge: link('acknowledge', content.purpose === 'alert' && !subscription.isPublic),
        silence: link('silence', content.purpose === 'alert' && alerts.some(({ body }) => body.about === 'case')),
        unsubscribe: link('unsubscribe', isTold),
        confirm: link('confirm', content.purpose === 'confirmation'),
        report: link('report', content.purpose === 'report'),
      },
      acknowledged: new Map(acknowledged),
      titles: await titlesIn(subscription, store, shelf),
      recipients: await recipientsOf(subscription, store),
    }
  }
}

/** The titles of what the filter names; most name nothing, and nothing is asked for those. */
async function titlesIn({ filter }: Subscription, { db }: Store, shelf: RulebookShelf): Promise<Map<string, string>> {
  const ids = new Set([...(filter.agreements ?? []), ...(filter.commitments ?? [])])
  if (ids.size === 0) return new Map()
  const titles = (await shelf.current(db)).flatMap(({ rulebook: { id, title, commitments } }) => [
    [id, title] as const,
    ...commitments.map((commitment) => [`${id}/${commitment.id}`, `${commitment.title}, ${title}`] as const),
  ])
  return new Map(titles.filter(([id]) => ids.has(id)))
}

async function recipientsOf({ escalation }: Subscription, { db }: Store): Promise<Map<string, string>> {
  if (escalation.length === 0) return new Map()
  const told = await subscriptionsById(db, [...new Set(escalation.map(({ tell }) => tell))])
  return new Map([...told.values()].map(({ id, name }) => [id, name]))
}

/** Whoever acknowledged by a mail is named; keys and persons keep their id. */
async function nameOf(store: Store, actor: string): Promise<string> {
  const id = /^subscription:(.+)$/.exec(actor)?.[1]
  return (id && (await subscriptionById(store.db, id))?.name) || actor
}

import { totalSeries } from '../rules/index.ts'
import type { Delivery, ToldAlert } from '../services/alerts/index.ts'
import { rasterise, totalChart } from '../services/charts/index.ts'
import { eventsWhereFew } from '../services/ledger/index.ts'
import type { RulebookShelf } from '../services/rulebooks/index.ts'
import type { Store } from '../services/store/index.ts'

/** A total of more events than these goes without a picture: the mail has its figures, and would wait for it. */
const MOST_EVENTS = 5_000

/** Pixels; a phone shows it at half of that. */
const WIDTH = 600
const IMAGE_WIDTH = 1_200

/** Pictures that are kept: those who are told together are told of the same. */
const MOST_KEPT = 50

/** Draws how the total that an alert is about has grown, by what was known when it came up. */
export function alertPictures({ store, shelf }: { readonly store: Store; readonly shelf: RulebookShelf }) {
  const kept = new Map<string, Promise<Buffer | null>>()
  return async (alert: ToldAlert, { subscription }: Pick<Delivery, 'subscription'>): Promise<Buffer | null> => {
    const { body, number } = alert.intent
    if (body.about !== 'case' || body.commitment.kind !== 'total' || body.after.value === null) return null
    const { zone, locale } = subscription
    const name = JSON.stringify([number, zone, locale])
    const known = kept.get(name)
    if (known) return known
    const drawn = draw(alert, { zone, locale })
    kept.set(name, drawn)
    drawn.catch(() => kept.delete(name))
    const [oldest] = kept.keys()
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    return drawn
  }

  async function draw(
    { intent: { about, agreement, recordedAt } }: ToldAlert,
    reader: { readonly zone: string; readonly locale: string },
  ): Promise<Buffer | null> {
    const adopted = (await shelf.current(store.db)).find(({ rulebook }) => rulebook.id === agreement)
    const events = adopted ? await eventsWhereFew(store.db, adopted.rulebook, MOST_EVENTS) : null
    if (!adopted || events === null) return null
    const at = recordedAt
    const series = totalSeries(adopted.rulebook, about, events, { asOf: at, knownAt: at })
    if (series === null) return null
    const svg = totalChart(series, { ...reader, scheme: 'light', width: WIDTH })
    return rasterise(svg, { width: IMAGE_WIDTH })
  }
}

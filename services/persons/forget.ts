import { ServandaError } from '../../config/error.ts'
import { forgetKeys } from '../access/index.ts'
import { addressKey, forgetSubscriber } from '../alerts/index.ts'
import { type Author, note } from '../audit/index.ts'
import { eraseMails, mailsTo } from '../mail/index.ts'
import { type Store, timestamp } from '../store/index.ts'
import { listPersons } from './persons.ts'

/** What was erased. */
export interface Forgotten {
  /** The ids, which stay. */
  readonly persons: readonly string[]
  readonly subscriptions: number
  /** What mail servers said of deliveries to them. */
  readonly answers: number
  readonly keys: number
  readonly sessions: number
  /** Files in the outbox. */
  readonly mails: number
}

/**
 * Erases whoever has the id or the address `who`: name and address, sessions, keys, subscriptions and the mails in the
 * outbox. What is chained by hashes never held any of it and stays. It may be done again where it did not come to its end.
 * @param outbox  the folder of mails
 * @throws {ServandaError} `PERSON_UNKNOWN`, `ADDRESS_IN_SETTINGS`
 */
export async function forget(
  who: string,
  { store, outbox }: { readonly store: Store; readonly outbox: string },
  author: Author,
): Promise<Forgotten> {
  const everybody = (await listPersons(store.db)).filter(({ forgottenAt }) => forgottenAt === null)
  const found = everybody.filter(({ id, address }) => id === who || sameAddress(address, who))
  const addresses = [...new Set(found.flatMap(({ address }) => address ?? []).concat(who.includes('@') ? who : []))]
  const mails = (await Promise.all(addresses.map((address) => mailsTo(outbox, address)))).flat()
  const persons = found.map(({ id }) => id)
  return store.transaction(async (trx) => {
    let [subscriptions, answers] = [0, 0]
    for (const address of addresses) {
      const erased = await forgetSubscriber(trx, address, author.at)
      subscriptions += erased.subscriptions
      answers += erased.answers
    }
    const { keys, sessions } = await forgetKeys(trx, persons, author.at)
    if (persons.length + subscriptions + answers + mails.length === 0) {
      throw new ServandaError('PERSON_UNKNOWN', 'Nobody is known here by that id or address.')
    }
    if (persons.length > 0) {
      await trx
        .updateTable('servanda.persons')
        .set({ name: null, address: null, forgotten_at: timestamp(author.at) })
        .where('id', 'in', persons)
        .execute()
    }
    // Before anything is committed: afterwards nobody would know any more whose mails these are.
    await eraseMails(outbox, mails)
    const counts = { subscriptions, answers, keys, sessions, mails: mails.length }
    await note(trx, author, 'person.forgotten', { subject: persons[0] ?? null, details: { persons, ...counts } })
    return { persons, ...counts }
  })
}

function sameAddress(address: string | null, who: string): boolean {
  return address !== null && addressKey(address) === addressKey(who)
}

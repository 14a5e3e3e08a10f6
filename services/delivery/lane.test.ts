import { expect, test } from 'vitest'
import type { Delivery } from '../alerts/index.ts'
import { samples } from '../letters/index.ts'
import { Lane } from './lane.ts'

const LANES = 2

/** A queue of deliveries as a database has it, and what is being sent of it. */
function openLane(queue: readonly string[], slowMs = 60_000) {
  const left = queue.map(delivery)
  const open = new Map<string, () => void>()
  const began: string[] = []
  const lane = new Lane({
    channel: { name: 'mail', lanes: LANES, send: async () => '' },
    slowMs,
    async claim(limit, { subscriptions, receivers }) {
      const isFree = ({ subscription, receiver }: Delivery) =>
        !subscriptions.includes(subscription.id) && !receivers.includes(receiver)
      const claimed = left.filter(isFree).slice(0, limit)
      for (const one of claimed) left.splice(left.indexOf(one), 1)
      return claimed
    },
    send: ({ id }) =>
      new Promise((resolve) => {
        began.push(id)
        open.set(id, resolve)
      }),
  })
  const end = async (id: string) => {
    open.get(id)?.()
    open.delete(id)
    await Promise.resolve()
  }
  return { lane, began, end, come: (id: string) => left.push(delivery(id)) }
}

/** `a1` is a delivery to the subscription `a`, and `A1` to another at the same receiver. */
function delivery(id: string): Delivery {
  const sample = samples()[0]?.delivery
  if (!sample) throw new Error('there are no samples')
  const to = id.slice(0, 1)
  return { ...sample, id, subscription: { ...sample.subscription, id: to }, receiver: `${to.toLowerCase()}.example` }
}

function many(to: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${to}${n + 1}`)
}

test('one who has much to be told is told one thing after another, and leaves a lane to the next', async () => {
  const { lane, began, end } = openLane([...many('a', 50), 'b1', 'c1'])
  await lane.fill()
  expect(began).toEqual(['a1', 'b1'])
  await end('b1')
  await expect.poll(() => began).toEqual(['a1', 'b1', 'c1'])
  await end('a1')
  await expect.poll(() => began).toEqual(['a1', 'b1', 'c1', 'a2'])
})

test('who is slow goes on beside the others, and takes no lane again until they answer in time', async () => {
  const { lane, began, end } = openLane(['a1', 'a2', 'b1', 'c1', 'd1'], 1)
  await lane.fill()
  await expect.poll(() => began).toEqual(['a1', 'b1', 'c1', 'd1'])
  await end('a1')
  await expect.poll(() => began).toEqual(['a1', 'b1', 'c1', 'd1', 'a2'])
  expect(lane.isBusy).toBe(false)
})

test('nobody is claimed for a receiver that is slow', async () => {
  const { lane, began, end, come } = openLane(['a1'], 1)
  await lane.fill()
  await expect.poll(() => lane.isBusy).toBe(false)
  come('A1')
  come('b1')
  await lane.fill()
  expect(began).toEqual(['a1', 'b1'])
  await end('b1')
  await end('a1')
  await lane.settled()
  await lane.fill()
  expect(began).toEqual(['a1', 'b1', 'A1'])
})

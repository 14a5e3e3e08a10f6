import { peerRates } from './child.ts'
import { type Figure, median, rate } from './figures.ts'
import { measureWorkload } from './measure.ts'
import { fileOf, type Measured, type Setting } from './setting.ts'
import { hundred } from './workloads/hundred.ts'

/** The hundred commitments, and beside them what general engines need to find which of them an event concerns. */
export function measureHundred(setting: Setting): Measured {
  const measured = measureWorkload(hundred, setting)
  const file = fileOf(hundred, setting.events, setting)
  const rounds = Array.from({ length: setting.rounds }, () => {
    setting.say('hundred: other engines, the filter alone')
    return peerRates(file)
  })
  const names = rounds[0]?.map(({ name }) => name) ?? []
  const peers = names.map((name) => {
    const own = rounds.flatMap((round) => round.filter((peer) => peer.name === name))
    return { name, perSecond: median(own.map((peer) => peer.perSecond)), concerned: own[0]?.concerned ?? 0 }
  })
  const figures = peers.map(
    ({ name, perSecond, concerned }): Figure => ({
      name: `filter alone: ${name}`,
      value: `${rate(perSecond)} events/s, ${concerned.toFixed(2)} commitments an event`,
      target: '',
      ok: null,
    }),
  )
  return { ...measured, figures: [...measured.figures, ...figures], details: { ...measured.details, peers } }
}

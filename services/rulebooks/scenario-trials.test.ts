import { afterEach, expect, test } from 'vitest'
import { openLog } from '../../config/log.ts'
import { ACCORD } from '../../test/journeys/accord.ts'
import { ScenarioTrials } from './scenario-trials.ts'

const log = openLog({ logLevel: 'silent' })

/** The accord, expected to find `verdict` where nobody talked. */
function job(verdict: string, file = 'accord.yaml') {
  const text = `${ACCORD}tests:
  - name: a call that nobody answers
    given:
      - {at: 2026-03-01T00:00Z, event: attack, data: {scale: major}}
      - {at: 2026-03-01T01:00Z, event: consultation.requested}
    expect:
      - {at: 2026-03-10T00:00Z, commitment: talks, verdict: ${verdict}}
`
  return { file, text, included: [] }
}

let trials: ScenarioTrials

afterEach(() => trials.close())

test('Scenarios that find what they expect say nothing, and others where and why', async () => {
  trials = new ScenarioTrials({ log })
  const [good, bad, goodAgain] = await Promise.all([
    trials.run(job('breached')),
    trials.run(job('met', 'other.yaml')),
    trials.run(job('breached')),
  ])
  expect([good, goodAgain]).toEqual([[], []])
  expect(bad).toMatchObject([{ file: 'other.yaml', line: 25, column: 9, excerpt: expect.stringContaining('verdict') }])
  expect(bad?.[0]?.message).toContain('expected verdict: "met", found verdict: "breached"')
})

test('Scenarios that do not come to an end are a problem, and the next rulebook is tried by itself', async () => {
  trials = new ScenarioTrials({ log, limits: { memoryMb: 512, ms: 1 } })
  for (const _ of [1, 2])
    expect(await trials.run(job('breached'))).toMatchObject([
      { line: 0, message: 'its scenarios did not come to an end within 0.001 seconds and 512 MB' },
    ])
})

test('Closing decides nothing about what is under way', async () => {
  trials = new ScenarioTrials({ log })
  const underWay = expect(trials.run(job('breached'))).rejects.toThrow('closing')
  const waiting = expect(trials.run(job('breached'))).rejects.toThrow('closing')
  await trials.close()
  await Promise.all([underWay, waiting])
})

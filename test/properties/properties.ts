import { Engine, type Instant } from '../../rules/index.ts'
import { ENGINE_PROPERTIES, type GeneratedWorld, shuffled } from '../../rules/testing/engine-properties.ts'
import { advanceState, type EngineState, MemoryStates } from '../../services/evaluation/index.ts'

/** Something that holds in every world, also where it takes a store. */
export interface Property {
  readonly says: string
  readonly check: (world: GeneratedWorld, choice: number) => void | Promise<void>
}

/**
 * Throws where an engine that is put away after every look, and of which only what news touches is taken out again, ends
 * anywhere else than one that is kept.
 */
export async function expectSameWhenSaved(
  state: EngineState,
  { rules: { rulebook }, history: { events }, looks }: GeneratedWorld,
  choice: number,
): Promise<void> {
  const kept = new Engine(rulebook)
  const statuses = new Map<string, string>()
  const told = shuffled(events, choice)
  const portion = (choice % 4) + 1
  const inOrder = [...looks].sort((a, b) => a - b)
  const ahead = choice % 3 > 0 ? inOrder : looks
  const steps = Math.ceil(told.length / portion) + ahead.length
  for (let step = 0; step < steps; step++) {
    const news = told.slice(step * portion, (step + 1) * portion)
    const at = ahead[Math.min(Math.floor((step * ahead.length) / steps), ahead.length - 1)] as Instant
    kept.take(news)
    kept.advance(at)
    for (const { commitment, part, status } of (await advanceState(state, rulebook, news, at)).changes) {
      if (status === null) statuses.delete(`${commitment}@${part}`)
      else statuses.set(`${commitment}@${part}`, JSON.stringify(status))
    }
    const wanted = new Map([...kept.statuses()].map((c) => [`${c.commitment}@${c.part}`, JSON.stringify(c.status)]))
    for (const name of new Set([...wanted.keys(), ...statuses.keys()]))
      if (wanted.get(name) !== statuses.get(name))
        throw new Error(`after ${step + 1} looks ${name} is ${statuses.get(name)}, not ${wanted.get(name)}`)
  }
}

export const PROPERTIES: Readonly<Record<string, Property>> = {
  ...ENGINE_PROPERTIES,
  continuesWhereItStopped: {
    says: 'saved and loaded at any point, it goes on as if it had never stopped',
    check: (world, choice) => expectSameWhenSaved(new MemoryStates().of(world.rules.rulebook), world, choice),
  },
}

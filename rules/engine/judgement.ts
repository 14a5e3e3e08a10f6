import type { Judgement } from './case.ts'
import type { Horizon } from './horizon.ts'
import type { World } from './world.ts'

/** The judgement on the case `id` that stands: the latest by time, then source and id; null when there is none. */
export function judgementOn(world: World, id: string, h: Horizon): Judgement | null {
  const latest = world
    .judgementsOf(id, h)
    .filter((j) => j.control.about === null)
    .at(-1)
  return latest ? { fact: latest, verdict: latest.control.verdict } : null
}

export interface JudgementAbout extends Judgement {
  readonly about: { readonly source: string; readonly id: string }
}

/** The judgements on single events of the case `id` that stand: the latest about each, latest first. */
export function judgementsAbout(world: World, id: string, h: Horizon): readonly JudgementAbout[] {
  const found: JudgementAbout[] = []
  for (const { control, ...fact } of world.judgementsOf(id, h)) {
    if (control.about !== null) found.unshift({ fact, verdict: control.verdict, about: control.about })
  }
  return found
}

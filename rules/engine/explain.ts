import type { CaseState } from './case.ts'
import type { World } from './world.ts'

export function explain(_world: World, state: CaseState): string {
  return `${state.verdict}`
}

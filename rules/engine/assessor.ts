import { identityOf } from '../language/event.ts'
import type { Exercise } from './case.ts'
import { settle, windowContext } from './case-state.ts'
import { effectAt, exercisesIn, notTooSoon, withdraws } from './kinds/power.ts'
import { occasionsOf } from './occasions.ts'
import type { Assessor } from './world.ts'

/** How the cases and exercises of a commitment are found in a world: by going through all its occasions. */
export const assessor: Assessor = {
  settled(world, commitment, h) {
    return occasionsOf(world, commitment, h).map((occasion) => {
      const state = settle(world, commitment, occasion)
      h.restsOn(state.h)
      return state
    })
  },

  /** Every exercise while available, once each however many windows it fits: certain when it is so in one of them. */
  exercises(world, power, h) {
    const found = new Map<string, Exercise>()
    for (const occasion of occasionsOf(world, power, h)) {
      for (const { fact, doubts } of exercisesIn(world, windowContext(world, power, occasion, h))) {
        const key = identityOf(fact.event)
        const all = [...new Set([...doubts, ...occasion.doubts])]
        const before = found.get(key)
        if (!before || before.doubts.length > all.length) found.set(key, { fact, doubts: all })
      }
    }
    return notTooSoon(world, power, [...found.values()])
  },

  effectOf(world, power, exercise, h) {
    const withdrawn = world
      .factsOfKind(power.withdrawnBy, exercise, h)
      .some((fact) => withdraws(world, power, exercise, fact))
    return { at: effectAt(world, power, exercise), withdrawn }
  },
}

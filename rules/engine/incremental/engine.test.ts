import fc from 'fast-check'
import { describe, test } from 'vitest'
import { ENGINE_EXAMPLES } from '../../testing/engine-examples.ts'
import { ENGINE_PROPERTIES, inEveryWorld } from '../../testing/engine-properties.ts'
import { propertyRuns } from '../../testing/property-runs.ts'

const MINUTE = 60_000

describe.each(Object.values(ENGINE_PROPERTIES))('$says', ({ runs, check }) => {
  test('in worlds made at random', () => fc.assert(inEveryWorld({ check }), { numRuns: propertyRuns(runs) }), MINUTE)

  test.each(ENGINE_EXAMPLES)('$says', ({ world, choice }) => check(world, choice))
})

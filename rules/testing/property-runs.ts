import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** How much of every property is tried, from 0 to 1; all of it where a configuration says nothing. */
    shareOfRuns: number
  }
}

/** How many worlds a property tries: `usual`, or the share of them for which the configuration of the run asks. */
export function propertyRuns(usual: number): number {
  return Math.max(1, Math.round(usual * (inject('shareOfRuns') ?? 1)))
}

/** What was found, or why nothing was. */
export type Found<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }

/** It may answer yet. */
export class NotInTime extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs / 1_000} s`)
  }
}

/** How often something may be looked at, and how long whoever asks waits for it, in real time. */
export interface Sparing {
  readonly keepMs: number
  readonly limitMs: number
}

/**
 * Looks only so often, once at a time, and keeps nobody waiting: what takes longer than `limitMs` counts as not found, is not
 * begun again before it has ended, and is there for those who ask later.
 */
export function sparing<T>(look: () => Promise<T>, { keepMs, limitMs }: Sparing): () => Promise<Found<T>> {
  let kept: { readonly found: Found<T>; readonly until: number } | null = null
  let looking: Promise<Found<T>> | null = null

  async function lookNow(): Promise<Found<T>> {
    const found = await look().then(
      (value): Found<T> => ({ ok: true, value }),
      (error): Found<T> => ({ ok: false, error }),
    )
    kept = { found, until: performance.now() + keepMs }
    looking = null
    return found
  }

  return async () => {
    if (kept && performance.now() < kept.until) return kept.found
    looking ??= lookNow()
    return within(looking, limitMs)
  }
}

async function within<T>(found: Promise<Found<T>>, limitMs: number): Promise<Found<T>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Found<T>>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, error: new NotInTime(limitMs) }), limitMs)
  })
  try {
    return await Promise.race([found, late])
  } finally {
    clearTimeout(timer)
  }
}

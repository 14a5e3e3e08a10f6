import { formatInstant, parseInstant, type Series } from '../../rules/index.ts'
import type { Growth } from './report.ts'

export function growthOf({ bound, unit, target, from, to, asOf, points, pace }: Series): Growth {
  return {
    bound,
    unit,
    target,
    from: formatInstant(from),
    to: to === null ? null : formatInstant(to),
    as_of: formatInstant(asOf),
    points: points.map((point) => ({ ...point, at: formatInstant(point.at) })),
    pace: pace.map(({ at, value }) => ({ at: formatInstant(at), value })),
  }
}

/** What there is to draw. */
export function seriesIn({ from, to, as_of, points, pace, ...same }: Growth): Series {
  return {
    ...same,
    from: parseInstant(from),
    to: to === null ? null : parseInstant(to),
    asOf: parseInstant(as_of),
    points: points.map((point) => ({ ...point, at: parseInstant(point.at) })),
    pace: pace.map(({ at, value }) => ({ at: parseInstant(at), value })),
  }
}

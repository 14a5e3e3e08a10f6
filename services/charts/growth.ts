import type { Series } from '../../rules/index.ts'
import type { Scale } from './scale.ts'

/** Where a chart draws: time goes to the right, values upwards. */
export interface Plot {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly time: Scale
  readonly value: Scale
}

type Points = Series['points']

/** One end of the value as steps, each from its instant up to the next; a gap where it is unbounded. */
export function stepPath(points: Points, end: 'min' | 'max', { time, value }: Plot): string {
  let drawing = false
  return points
    .map((point, n) => {
      const amount = point[end]
      const upTo = time.place((points[n + 1] ?? point).at)
      const wasDrawing = drawing
      drawing = amount !== null
      if (amount === null) return ''
      const y = value.place(Number(amount))
      return `${wasDrawing ? `V${y}` : `M${time.place(point.at)} ${y}`}H${upTo}`
    })
    .join('')
}

/** The area between the ends of the value; where it is unbounded, up or down to the edge. */
export function bandPath(points: Points, { time, value, top, bottom }: Plot): string {
  const corners = points.map(({ at, min, max }, n) => ({
    from: time.place(at),
    to: time.place((points[n + 1] ?? { at }).at),
    high: max === null ? top : value.place(Number(max)),
    low: min === null ? bottom : value.place(Number(min)),
  }))
  const above = corners.map(({ from, to, high }) => `L${from} ${high}H${to}`).join('')
  const below = corners.map(({ from, to, low }) => `L${to} ${low}H${from}`)
  return `M${above.slice(1)}${below.reverse().join('')}Z`
}

/** Straight lines from corner to corner. */
export function pacePath(pace: Series['pace'], { time, value }: Plot): string {
  return pace.map((p, n) => `${n === 0 ? 'M' : 'L'}${time.place(p.at)} ${value.place(Number(p.value))}`).join('')
}

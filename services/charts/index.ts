/** Pictures of how things went: markup for a page, and the same as an image. */

export { FONT_FAMILY, FONT_FILES } from './fonts.ts'
export type { Scheme } from './palette.ts'
export { rasterise } from './rasterise.ts'
export { type ChartLook, totalChart } from './total-chart.ts'

/** What is counted and measured, for Prometheus. */
export { METRICS_TYPE, Metrics, type MetricsDeps } from './metrics.ts'
export type { Recorded } from './recorded.ts'

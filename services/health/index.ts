/** How the service is: its parts, what is on record of its work, and the signs that the work goes on. */
export { Health, type HealthDeps } from './health.ts'
export { readWork, type WorkOnRecord } from './on-record.ts'
export { degraded, down, ok, type Part, reasonOf, sentence, worstOf } from './part.ts'
export { mailPart, queuePart } from './parts.ts'
export { type Sign, signsOf, stuckSigns } from './signs.ts'
export type { Found } from './sparing.ts'

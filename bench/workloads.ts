import type { Workload } from './workload.ts'
import { corrections } from './workloads/corrections.ts'
import { dense } from './workloads/dense.ts'
import { hundred } from './workloads/hundred.ts'
import { response } from './workloads/response.ts'
import { sum } from './workloads/sum.ts'

/** Every kind of load that is measured. */
export const WORKLOADS: readonly Workload[] = [response, dense, sum, corrections, hundred]

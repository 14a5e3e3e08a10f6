import type { Indicator } from '../../rules/index.ts'
import { INDICATOR_WORDS } from '../text/index.ts'
import type { AgreementStatus, CommitmentStatus, StatusDocument } from './document.ts'

/**
 * The status in the shape of a Statuspage `summary.json`, which many tools read. Commitments are components, their
 * agreements groups of them, and what is broken or late is an incident.
 */
export interface SummaryDocument {
  readonly page: {
    readonly id: 'servanda'
    readonly name: 'Servanda'
    readonly url: string
    readonly time_zone: 'Etc/UTC'
    readonly updated_at: string | null
  }
  readonly components: readonly Component[]
  readonly incidents: readonly Incident[]
  readonly scheduled_maintenances: readonly []
  readonly status: { readonly indicator: 'none' | 'minor' | 'major' | 'critical'; readonly description: string }
}

interface Component {
  readonly id: string
  readonly name: string
  readonly status: ComponentStatus
  readonly description: string | null
  readonly updated_at: string | null
  readonly position: number
  readonly group: boolean
  readonly group_id: string | null
  readonly components?: readonly string[]
}

type ComponentStatus = 'operational' | 'degraded_performance' | 'partial_outage' | 'major_outage' | 'under_maintenance'

interface Incident {
  readonly id: string
  readonly name: string
  readonly status: 'investigating'
  readonly impact: 'major' | 'critical'
  readonly started_at: string | null
  readonly shortlink: string
  readonly components: readonly { readonly id: string }[]
}

/** What is not known is never shown as good. */
const COMPONENT_STATUS: Readonly<Record<Indicator, ComponentStatus>> = {
  breached: 'major_outage',
  overdue: 'partial_outage',
  unknown: 'degraded_performance',
  at_risk: 'degraded_performance',
  due_soon: 'operational',
  suspended: 'under_maintenance',
  on_track: 'operational',
  dormant: 'operational',
  fulfilled: 'operational',
  ended: 'operational',
}

const IMPACT: Readonly<Partial<Record<Indicator, Incident['impact']>>> = { breached: 'critical', overdue: 'major' }

/** Pure. A second reading of a promise is no component of its own. */
export function summaryOf(status: StatusDocument, url: string): SummaryDocument {
  return {
    page: { id: 'servanda', name: 'Servanda', url, time_zone: 'Etc/UTC', updated_at: status.as_of },
    components: status.agreements.flatMap(componentsOf).map((one, position) => ({ ...one, position: position + 1 })),
    incidents: status.agreements.flatMap((agreement) => own(agreement).flatMap((one) => incidentOf(agreement, one))),
    scheduled_maintenances: [],
    status: overall(status.indicator, status.stale),
  }
}

function componentsOf(agreement: AgreementStatus): Omit<Component, 'position'>[] {
  const children = own(agreement).map((one) => ({
    id: `${agreement.id}/${one.id}`,
    name: one.title,
    status: COMPONENT_STATUS[one.indicator],
    description: one.reason,
    updated_at: one.since,
    group: false,
    group_id: agreement.id,
  }))
  const group = {
    id: agreement.id,
    name: agreement.title,
    status: agreement.indicator === null ? ('operational' as const) : COMPONENT_STATUS[agreement.indicator],
    description: null,
    updated_at: agreement.evaluated_at,
    group: true,
    group_id: null,
    components: children.map(({ id }) => id),
  }
  return [group, ...children]
}

function incidentOf(agreement: AgreementStatus, one: CommitmentStatus): Incident[] {
  const impact = IMPACT[one.indicator]
  if (impact === undefined) return []
  return [
    {
      id: one.case?.id ?? `${agreement.id}/${one.id}`,
      name: `${one.title}: ${INDICATOR_WORDS[one.indicator]}`,
      status: 'investigating',
      impact,
      started_at: one.since,
      shortlink: one.case?.link ?? agreement.links.self,
      components: [{ id: `${agreement.id}/${one.id}` }],
    },
  ]
}

function own({ commitments }: AgreementStatus): readonly CommitmentStatus[] {
  return commitments.filter(({ reading_of }) => reading_of === null)
}

function overall(indicator: Indicator | null, isStale: boolean): SummaryDocument['status'] {
  if (indicator === 'breached') return { indicator: 'critical', description: 'A commitment is breached' }
  if (indicator === 'overdue') return { indicator: 'major', description: 'A commitment is overdue' }
  if (isStale) return { indicator: 'minor', description: 'What is shown may be out of date' }
  if (indicator === 'unknown')
    return { indicator: 'minor', description: 'Of a commitment it is not known whether it is kept' }
  if (indicator === 'at_risk') return { indicator: 'minor', description: 'A commitment is at risk' }
  return { indicator: 'none', description: 'No commitment is breached, overdue, at risk or unknown' }
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { TestClock } from '../../config/clock.ts'
import { SCOPES, type Scope } from '../../services/access/index.ts'
import { ACCORD } from '../journeys/accord.ts'
import { type RunningService, runService } from '../journeys/running-service.ts'
import { describeInModes } from '../servers/modes.ts'
import { type Operation, operationsOf, pathWith } from './described.ts'

/**
 * Who may do what, written down once more and by hand: `everybody` (also under a foreign name), `public` (everybody where
 * reading is public, else the scope `read`), `key` (any key; more is asked of what is sent), or the scope that is needed.
 */
const WHO: Readonly<Record<string, 'everybody' | 'public' | 'key' | Scope>> = {
  readDescription: 'everybody',
  isAlive: 'everybody',
  isReady: 'everybody',
  readStatus: 'public',
  readAgreementStatus: 'public',
  readCommitmentStatus: 'public',
  readSummary: 'public',
  checkStatus: 'public',
  followStatus: 'public',
  readAgreementBadge: 'public',
  readCommitmentBadge: 'public',
  readAgreementCard: 'public',
  readCommitmentCard: 'public',
  readFeed: 'public',
  readAgreementFeed: 'public',
  readCalendar: 'public',
  readAgreementCalendar: 'public',
  readCommitmentCalendar: 'public',
  listAgreements: 'public',
  readAgreement: 'public',
  listCommitments: 'public',
  readCommitment: 'public',
  listCasesOfAgreement: 'public',
  listCases: 'public',
  readCase: 'public',
  readCaseHistory: 'public',
  explainCase: 'public',
  listTransitions: 'public',
  listSources: 'public',
  evaluateAgreement: 'public',
  readRulebook: 'public',
  readLedgerHead: 'public',
  listSubscriptions: 'alerts',
  listUnreachedCommitments: 'alerts',
  createSubscription: 'alerts',
  readSubscription: 'alerts',
  changeSubscription: 'alerts',
  endSubscription: 'alerts',
  testSubscription: 'alerts',
  rotateSubscriptionSecret: 'alerts',
  listAlerts: 'alerts',
  readAlert: 'alerts',
  acknowledgeAlert: 'alerts',
  previewLetter: 'alerts',
  readMute: 'alerts',
  muteAlerts: 'admin',
  unmuteAlerts: 'admin',
  listSilences: 'alerts',
  createSilence: 'alerts',
  previewSilence: 'alerts',
  endSilence: 'alerts',
  listDeliveries: 'alerts',
  readDelivery: 'alerts',
  replayDelivery: 'alerts',
  reportBounce: 'alerts',
  makeReport: 'reports',
  listReports: 'read',
  readReport: 'read',
  readReportFile: 'read',
  reproduceReport: 'read',
  listReportSchedules: 'reports',
  createReportSchedule: 'reports',
  changeReportSchedule: 'reports',
  endReportSchedule: 'reports',
  showLink: 'everybody',
  followLink: 'everybody',
  readLinkedReport: 'everybody',
  recordEvents: 'key',
  listEvents: 'read',
  readEvent: 'read',
  dryRunEvents: 'key',
  correctEvent: 'key',
  retractEvent: 'key',
  listCandidates: 'read',
  confirmCandidate: 'key',
  rejectCandidate: 'key',
  recordJudgement: 'judgement',
  retractJudgement: 'judgement',
  listJudgements: 'read',
  readJudgement: 'read',
  recordWaiver: 'control',
  retractWaiver: 'control',
  listWaivers: 'read',
  readWaiver: 'read',
  recordDischarge: 'control',
  retractDischarge: 'control',
  listDischarges: 'read',
  readDischarge: 'read',
  recordSuspension: 'control',
  retractSuspension: 'control',
  listSuspensions: 'read',
  readSuspension: 'read',
  recordResumption: 'control',
  retractResumption: 'control',
  listResumptions: 'read',
  readResumption: 'read',
  recordTermination: 'control',
  retractTermination: 'control',
  listTerminations: 'read',
  readTermination: 'read',
  recordWatermark: 'watermark',
  retractWatermark: 'watermark',
  listWatermarks: 'read',
  readWatermark: 'read',
  recordIndicator: 'indicator',
  retractIndicator: 'indicator',
  listIndicators: 'read',
  readIndicator: 'read',
  listSetAside: 'read',
  readMetrics: 'read',
  replaceRulebook: 'rulebooks',
  previewRulebook: 'rulebooks',
  takeUpSetAside: 'admin',
  verifyLedger: 'admin',
  readAlertHold: 'admin',
  resumeAlerts: 'admin',
  makeBackup: 'admin',
  listKeys: 'admin',
  createKey: 'admin',
  revokeKey: 'admin',
  rotateKey: 'admin',
  signIn: 'key',
  readSession: 'key',
  signOut: 'key',
  listPersons: 'admin',
  createPerson: 'admin',
  forgetPerson: 'admin',
  readAudit: 'admin',
}

describeInModes(['pglite'], 'who may do what', (server) => {
  const clock = new TestClock('2026-03-01T00:00:00Z')
  let running: RunningService
  let operations: readonly Operation[]
  const keys = new Map<Scope, string>()

  beforeAll(async () => {
    // Not public, and behind a proxy: what comes from this machine itself would be let in.
    running = await runService(server(), clock, [{ file: 'accord/rulebook.yaml', text: ACCORD }], {
      PUBLIC_READ: 'false',
    })
    operations = await operationsOf(running)
    for (const scope of SCOPES) keys.set(scope, await running.key([scope]))
  })

  afterAll(() => running.close())

  /** What is answered to a request with nothing in it that makes sense. */
  async function answerTo({ method, path, bodies }: Operation, key: string | null, headers = {}) {
    const [type] = Object.keys(bodies)
    const response = await fetch(`${running.url}${pathWith(path, () => 'none')}`, {
      method,
      headers: {
        via: 'a proxy',
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(method !== 'GET' && { 'content-type': type ?? 'application/json' }),
        ...headers,
      },
      ...(method !== 'GET' && method !== 'DELETE' && { body: '{"nothing":true}' }),
    })
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json')
    // A stream goes on until whoever reads it has had enough.
    if (!isProblem) await response.body?.cancel()
    const code = isProblem ? ((await response.json()) as { code: string }).code : null
    return { status: response.status, code }
  }

  test('is written down for every route there is', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(WHO).sort())
  })

  test('is asked of every request without a key, or with a wrong or revoked one', async () => {
    const revoked = await running.key(['admin'])
    await running.request('DELETE', `/v1/keys/${revoked.split('_')[1]}`)
    for (const operation of operations) {
      const isOpen = WHO[operation.operationId] === 'everybody'
      const without = await answerTo(operation, null)
      expect([without.status === 401, without.code === 'KEY_MISSING'], operation.operationId).toEqual([
        !isOpen,
        !isOpen,
      ])
      const { code } = await answerTo(operation, revoked)
      expect(code === 'KEY_INVALID' || code === 'TOO_MANY_ATTEMPTS', operation.operationId).toBe(!isOpen)
    }
  })

  test('is decided by the scopes of a key, for every route and every scope', async () => {
    for (const operation of operations) {
      const who = WHO[operation.operationId]
      const needed = who === 'public' ? 'read' : who
      const refused: Scope[] = []
      for (const [scope, key] of keys) {
        const { status, code } = await answerTo(operation, key)
        expect([401, 500], operation.operationId).not.toContain(status)
        if (code === 'SCOPE_MISSING') refused.push(scope)
      }
      const expected = SCOPES.filter(
        (one) => needed !== 'everybody' && needed !== 'key' && one !== needed && one !== 'admin',
      )
      expect(refused, operation.operationId).toEqual(expected)
    }
  })

  test('is not open to pages of other origins, whatever key they have', async () => {
    // What a link in a mail says is vouched for by its own text, and mail providers post it from anywhere.
    for (const operation of operations.filter(
      ({ method, operationId }) => method !== 'GET' && operationId !== 'followLink',
    )) {
      const answer = await answerTo(operation, running.adminKey, { origin: 'https://elsewhere.example' })
      expect(answer, operation.operationId).toMatchObject({ status: 403, code: 'ORIGIN_FOREIGN' })
    }
  })
})

import { expect, test } from 'vitest'
import { formatInstant } from '../../rules/index.ts'
import type { Delivery } from '../alerts/index.ts'
import { samples } from '../letters/index.ts'
import { webhookPayload } from './payload.ts'

function sample(name: string): Delivery {
  const found = samples().find((one) => one.name === name)
  if (!found) throw new Error(`no sample is called ${name}`)
  return found.delivery
}

test('a report is told by the names of the API, with the digest of each of its files', () => {
  const delivery = sample('report')
  const { content } = delivery
  if (content.purpose !== 'report') throw new Error('it is no report')
  const { report } = content
  expect(webhookPayload(delivery)).toEqual({
    type: 'servanda.report',
    timestamp: formatInstant(delivery.createdAt),
    data: {
      delivery: 'sample-report',
      subscription: 'policy-desk',
      report: {
        id: report.id,
        title: 'Status report on the year 2025',
        period: 'the year 2025',
        as_of: '2025-12-31T22:00:00.000Z',
        summary: report.summary,
        indicators: report.indicators,
        files: report.files.map(({ form, name, sha256, bytes, mediaType }) => ({
          form,
          name,
          media_type: mediaType,
          sha256,
          bytes,
        })),
      },
    },
  })
})

test.each(samples())('$name says what it is', ({ delivery }) => {
  const { type, data } = webhookPayload(delivery) as { type: string; data: Readonly<Record<string, unknown>> }
  expect(type).toBe(`servanda.${delivery.content.purpose}`)
  expect(data).toMatchObject({ delivery: delivery.id, subscription: delivery.subscription.id })
})

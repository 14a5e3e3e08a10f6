import { describe, expect, test } from 'vitest'
import { parseInstant } from '../../rules/index.ts'
import { eventRefusal } from './event-access.ts'
import type { AccessKey, Scope } from './key.ts'

const EVENT = {
  source: 'https://a.example/',
  type: 'attack',
  revision: 2,
  standing: 'reported',
  recordedTime: null,
} as const

function key(changes: Partial<AccessKey> = {}): AccessKey {
  const none = { sources: null, highestStanding: 'confirmed', expiresAt: null } as const
  return { id: 'k', name: 'k', scopes: ['events'], ...none, ...changes }
}

type Known = Parameters<typeof eventRefusal>[2][number]

function held(changes: Partial<Known> = {}): Known {
  return { revision: 1, type: 'attack', standing: 'reported', ...changes }
}

describe('who may write an event', () => {
  test.each<{ why: string; key: AccessKey; event: object; known?: Known[]; refused: string | null }>([
    { why: 'an events key an event', key: key(), event: {}, refused: null },
    { why: 'an events key a judgement', key: key(), event: { type: 'servanda.judgement' }, refused: 'judgement' },
    { why: 'an events key a waiver', key: key(), event: { type: 'servanda.waiver' }, refused: 'control' },
    { why: 'an events key a watermark', key: key(), event: { type: 'servanda.watermark' }, refused: 'watermark' },
    { why: 'an events key a type nobody knows yet', key: key(), event: { type: 'servanda.new' }, refused: 'admin' },
    {
      why: 'a judgement key a judgement',
      key: key({ scopes: ['judgement'] }),
      event: { type: 'servanda.judgement' },
      refused: null,
    },
    { why: 'a judgement key an event', key: key({ scopes: ['judgement'] }), event: {}, refused: 'events' },
    {
      why: 'an admin anything',
      key: key({ scopes: ['admin'] }),
      event: { type: 'servanda.termination' },
      refused: null,
    },
    {
      why: 'an events key the retraction of a judgement, which names no type',
      key: key(),
      event: { type: null },
      known: [held({ type: 'servanda.judgement' })],
      refused: 'judgement',
    },
    {
      why: 'an events key a correction that would turn a judgement into an event',
      key: key(),
      event: {},
      known: [held({ type: 'servanda.judgement' })],
      refused: 'judgement',
    },
    { why: 'a source that is listed', key: key({ sources: ['https://a.example/'] }), event: {}, refused: null },
    {
      why: 'a source below a prefix',
      key: key({ sources: ['https://a.example/'] }),
      event: { source: 'https://a.example/x' },
      refused: null,
    },
    {
      why: 'a source that only begins alike',
      key: key({ sources: ['https://a.example'] }),
      event: { source: 'https://a.example.evil' },
      refused: 'source',
    },
    {
      why: 'a standing above the highest',
      key: key({ highestStanding: 'reported' }),
      event: { standing: 'confirmed' },
      refused: 'standing',
    },
    {
      why: 'a change of what is above the highest',
      key: key({ highestStanding: 'reported' }),
      event: { revision: 3 },
      known: [held({ revision: 2, standing: 'confirmed' }), held()],
      refused: 'may not change it',
    },
    {
      why: 'what it wrote before, sent again after somebody confirmed it',
      key: key({ highestStanding: 'reported' }),
      event: { revision: 1 },
      known: [held(), held({ revision: 2, standing: 'confirmed' })],
      refused: null,
    },
    {
      why: 'a change of what is not confirmed any more',
      key: key({ highestStanding: 'reported' }),
      event: { revision: 3 },
      known: [held({ standing: 'confirmed' }), held({ revision: 2 })],
      refused: null,
    },
    {
      why: 'a claim about the past',
      key: key(),
      event: { recordedTime: parseInstant('2024-01-01T00:00:00Z') },
      refused: 'recordedtime',
    },
    {
      why: 'a claim about the past, with its scope',
      key: key({ scopes: ['events', 'recordedtime'] satisfies Scope[] }),
      event: { recordedTime: parseInstant('2024-01-01T00:00:00Z') },
      refused: null,
    },
  ])('$why: $refused', ({ key, event, known = [], refused }) => {
    const refusal = eventRefusal(key, { ...EVENT, ...event }, known)
    if (refused === null) expect(refusal).toBeNull()
    else expect(refusal).toContain(refused)
  })
})

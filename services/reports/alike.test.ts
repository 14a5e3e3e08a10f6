import { expect, test } from 'vitest'
import { casesIn, changesAlike, othersText, questionsAlike } from './alike.ts'
import type { Change, Question, Standing } from './report.ts'

const KYIV = { zone: 'Europe/Kyiv', locale: 'en-GB' }

test('questions of one commitment that wait for the same are one, and the one that is due last speaks for them', () => {
  const questions = [
    question('talks', 'a', '2024-03-22T22:00:00.000Z'),
    question('aid', 'b', null),
    question('talks', 'c', '2024-12-09T22:00:00.000Z'),
    question('talks', 'd', { from: '2024-05-08T21:00:00.000Z', to: '2024-05-09T20:59:59.999Z' }),
    { ...question('talks', 'e', '2024-12-31T22:00:00.000Z'), awaits: 'judgement', verdict: 'needs_judgement' } as const,
  ]
  const found = questionsAlike(questions)
  expect(found.map(({ latest, others }) => [latest.case, others.map((one) => one.case)])).toEqual([
    ['c', ['a', 'd']],
    ['b', []],
    ['e', []],
  ])
  expect(casesIn(found)).toBe(questions.length)
})

test('changes to the same verdict are one', () => {
  const changes = ['a', 'b', 'c'].map((id) => change(id, 'news', 'open', id === 'b' ? 'met' : 'unknown'))
  expect(changesAlike(changes).map(({ latest, others }) => [latest.case, others.length])).toEqual([
    ['c', 1],
    ['b', 0],
  ])
})

test.each([
  ['a correction', change('a', 'correction', 'met', 'unknown')],
  ['a breach', change('a', 'news', 'open', 'breached')],
  ['a promise kept in part', change('a', 'news', 'open', 'partly_met')],
  ['what was a breach', change('a', 'rules', 'breached', 'met')],
])('%s is told by itself', (_, one) => {
  expect(changesAlike([one, { ...one, case: 'b' }])).toHaveLength(2)
})

test.each([
  [[], null],
  [['2024-03-21T22:00:00.000Z'], 'So it is with one other case, due on Friday 22 March 2024.'],
  [[null], 'So it is with one other case.'],
  [['2024-03-21T22:00:00.000Z', null], 'So it is with 2 other cases.'],
  [
    ['2024-12-09T12:00:00.000Z', '2024-03-21T22:00:00.000Z'],
    'So it is with 2 other cases, due from Friday 22 March 2024 to Monday 9 December 2024.',
  ],
])('of others that are due %o it is said: %s', (dues, text) => {
  const others = dues.map((due) => ({ due }))
  expect(othersText(others, KYIV)).toBe(text)
})

function question(commitment: string, id: string, due: Question['due']): Question {
  return { ...placed(commitment, id), ...standing('unknown'), awaits: 'evidence', due, why: '', settled_by: [] }
}

function change(id: string, kind: Change['kind'], before: Standing['verdict'], after: Standing['verdict']): Change {
  return { ...placed('talks', id), kind, before: standing(before), after: standing(after), due: null, why: '' }
}

function placed(commitment: string, id: string) {
  return { agreement: 'accord', agreement_title: 'Accord', commitment, commitment_title: commitment, case: id }
}

function standing(verdict: Standing['verdict']): Standing {
  return { verdict, certainty: 'final', indicator: 'unknown' }
}

import { expect, test } from 'vitest'
import { refusedEvents } from '../index.ts'
import { compiled, DUTY, known, rulebookText, told } from '../testing/worlds.ts'

// LANGUAGE §1 and §4: events that only a rulebook can refuse.

const APIA = { zone: 'Pacific/Apia', force: '{from: 2011-01-01}' }
const RATIFIED = { force: '{when: {event: ratified}}' }
const SKIPPED = 'it is dated on a day that Pacific/Apia skipped'

test.each([
  ['a day that the zone skipped', APIA, told('a', 'go', '2011-12-30'), [SKIPPED]],
  ['the day before it', APIA, told('a', 'go', '2011-12-29'), []],
  ['the day after it', APIA, told('a', 'go', '2011-12-31'), []],
  ['the same day in the zone of the event', APIA, told('a', 'go', '2011-12-30', {}, { zone: 'Europe/Kyiv' }), []],
  ['a skipped day in the zone of the event', {}, told('a', 'go', '2011-12-30', {}, { zone: 'Europe/Kyiv' }), []],
  ['a month with a skipped day', APIA, told('a', 'go', '2011-12'), []],
  [
    'an imprecise entry into force',
    RATIFIED,
    told('a', 'ratified', '2024-05-05'),
    ['it brings ag into force, which needs a precise instant'],
  ],
  ['a precise entry into force', RATIFIED, told('a', 'ratified', '2024-05-05T10:00'), []],
  ['an imprecise event of another type', RATIFIED, told('a', 'go', '2024-05-05'), []],
  ['a retraction', APIA, { source: 's', id: 'a', revision: 2, retracted: true }, []],
])('%s', (_, setting, event, messages) => {
  const refused = refusedEvents(compiled(rulebookText(`${DUTY}, within: 24h`, setting)), known([event]))
  expect(refused.map(({ message }) => message)).toEqual(messages)
})

import fc from 'fast-check'
import MarkdownIt from 'markdown-it'
import { describe, expect, test } from 'vitest'
import { oneLine } from '../../text/index.ts'
import type { Report } from '../report.ts'
import { SHOWN } from '../words.ts'
import { reportMarkdown } from './markdown.ts'
import { saying } from './markdown-sample.ts'
import { plain } from './markdown-text.ts'
import { repeatedCases, sampleReport } from './sample-report.ts'

// The strictest that a wiki may be: HTML passes, and whatever looks like an address becomes a link.
const wiki = new MarkdownIt({ html: true, linkify: true })
wiki.linkify.set({ fuzzyLink: true, fuzzyEmail: true })

test('the sample; `npx vitest run services/reports/forms/markdown -u` writes the file anew', async () => {
  await expect(reportMarkdown(sampleReport)).toMatchFileSnapshot('golden/report.md')
})

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<!-- a comment',
  '</td></tr></table>',
  '[click](https://evil.example)',
  '[click]: https://evil.example',
  '![](https://evil.example/pixel.png)',
  '<https://evil.example>',
  'https://evil.example/a?b=c#d',
  'ftp://evil.example',
  '//evil.example',
  '//localhost',
  'www.evil.example',
  'evil.com',
  'приклад.укр',
  'somebody@evil.example',
  'mailto:somebody@evil.example',
  'xmpp:somebody@evil.example/path',
  'a | b',
  'a \\| b',
  'a \\',
  '`code` and ``more',
  '`',
  '*a* **b** _c_ ~~d~~ ^e^ ==f==',
  '# heading',
  '1. item',
  '12) item',
  '- item',
  '+ item',
  '> quote',
  '---',
  '===',
  '```',
  '~~~',
  '$x^2$ and $$y$$',
  '[ ] task',
  '[^1]',
  '[[Page]] {{template}} {% tag %}',
  '&lt;b&gt; &#60;i&#62; &copy;',
  'one\n\ntwo\n# three\r\n    four',
  '\u2028# five',
]

describe('whatever is said is text', () => {
  test.each(HOSTILE)('%j', (text) => {
    expectOnlyText(text)
  })

  test('whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constantFrom(...'\\`*_{}[]()<>|#~&$^=!@:/.-+ \n'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    )
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
    fc.assert(fc.property(text, expectOnlyText), { numRuns: 150 })
  })
})

test('an address of mail is parted by more than a backslash, which GitHub would link all the same', () => {
  expect(plain('somebody@evil.example')).toBe('somebody@&#8288;evil\\.example')
})

describe('the address of a source', () => {
  test.each([
    'https://data.example/a|b',
    'https://data.example/a?b=1&copy=2&lt;=3',
    'https://data.example/?q=\\',
    'https://data.example/#`a`>(b)',
    'https://data.example/a b)c',
  ])('%s is a link to there', (url) => {
    const page = wiki.render(reportMarkdown(withSourceUrl(url)))
    const [, href = ''] = /<a href="([^"]*)">Support Tracker<\/a>/.exec(page) ?? []
    const same = (address: string) => decodeURIComponent(new URL(address).href)
    expect(same(href.replaceAll('&amp;', '&'))).toBe(same(url))
    expect(tags(page)).toEqual(tags(wiki.render(reportMarkdown(sampleReport))))
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '/relative', 'https://'])(
    '%s is no link',
    (url) => {
      const page = wiki.render(reportMarkdown(withSourceUrl(url)))
      expect(page).not.toContain('<a ')
      expect(page).toContain('Support Tracker')
    },
  )
})

describe('long lists', () => {
  test('are cut, and it is said how many more there are and where', () => {
    const long = reportMarkdown({
      ...sampleReport,
      changes: times(sampleReport.changes, SHOWN.changes + 1),
      clocks: times(sampleReport.clocks, SHOWN.clocks + 2),
      totals: times(
        sampleReport.totals.map((total) => ({ ...total, flows: times(total.flows, SHOWN.flows + 3) })),
        SHOWN.totals + 4,
      ),
      questions: times(sampleReport.questions, SHOWN.questions + 5),
      evidence: times(sampleReport.evidence, SHOWN.evidence + 1_200),
    })
    for (const what of [
      '1 more change',
      '2 more clocks',
      '3 more flows',
      '4 more sums',
      '5 more questions',
      '1,200 more events',
    ])
      expect(long).toContain(`*${what} in the CSV and JSON of this report.*`)
    expect(long.match(/\*\*correction\*\*/g)).toHaveLength(Math.ceil(SHOWN.changes / 3))
  })

  test('of cases of which the same is to be said are told of together', () => {
    const [question] = sampleReport.questions
    const text = reportMarkdown({ ...sampleReport, questions: repeatedCases(question, 3) })
    expect(text.match(/So it is with 2 other cases, due on Monday 18 November 2024\./g)).toHaveLength(1)
    expect(text).not.toContain('more question')
  })

  test('that are not cut say nothing of it', () => {
    expect(reportMarkdown(sampleReport)).not.toContain('CSV')
  })
})

test('a report of nothing says so in every section', () => {
  const nothing = reportMarkdown({
    ...sampleReport,
    agreements: [],
    changes: [],
    clocks: [],
    totals: [],
    questions: [],
    evidence: [],
    evidence_omitted: 0,
  })
  expect(
    nothing
      .split(/^## .*$/m)
      .slice(1)
      .filter((part) => part.trim() === ''),
  ).toEqual([])
})

/** A page has the elements that it has when only letters are said, and says what was said. */
function expectOnlyText(text: string): void {
  const page = wiki.render(reportMarkdown(saying(sampleReport, () => text)))
  expect(tags(page)).toEqual(
    tags(wiki.render(reportMarkdown(saying(sampleReport, () => (oneLine(text) === '' ? '' : 'x'))))),
  )
  expect(textOf(page)).toContain(oneLine(text))
}

/** The elements of a page; a name is code or text as it allows. */
function tags(page: string): readonly string[] {
  return (page.match(/<[^>]*>/g) ?? [])
    .filter((tag) => !/^<\/?code>$/.test(tag))
    .map((tag) => tag.replace(/href=".*"/, 'href'))
}

function textOf(page: string): string {
  return page
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('\u2060', '')
}

function withSourceUrl(source_url: string): Report {
  const [first, ...others] = sampleReport.evidence
  return { ...sampleReport, evidence: first ? [{ ...first, source_url }, ...others] : [] }
}

/** As many as wanted, each of another commitment. */
function times<T>(items: readonly T[], count: number): readonly T[] {
  return Array.from({ length: count }, (_, n) => ({ ...(items[n % items.length] as T), commitment: `c${n}` }))
}

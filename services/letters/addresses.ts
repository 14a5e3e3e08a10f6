import type { Evidence } from '../../rules/index.ts'
import { webAddress } from '../text/index.ts'
import type { LetterContext } from './context.ts'
import type { Link } from './letter.ts'

/** Where things are in our API; null: at no address that a browser opens. */

export function caseAddress(publicUrl: string, agreement: string, caseId: string): string | null {
  return address(publicUrl, 'agreements', agreement, 'cases', caseId)
}

export function statusAddress(publicUrl: string, agreement: string): string | null {
  return address(publicUrl, 'status', agreement)
}

/** One of the files of a report: whoever got the letter reads it without a key; where nothing signs links, one is asked for. */
export function reportAddress({ publicUrl, links }: LetterContext, report: string, form: string): string | null {
  return links.report === null ? address(publicUrl, 'reports', report, 'files', form) : `${links.report}/files/${form}`
}

export function eventAddress(publicUrl: string, { source, id }: Evidence['event']): string | null {
  return address(publicUrl, 'events', source, id)
}

/** The link, where `url` is an http(s) address; else none. */
export function linkTo(label: string, url: string | null): readonly Link[] {
  const web = webAddress(url)
  return web === null || web.length > LONGEST_ADDRESS ? [] : [{ label, url: web }]
}

/** Longer than any server takes. */
const LONGEST_ADDRESS = 8_000

function address(publicUrl: string, ...parts: readonly string[]): string | null {
  // A lone surrogate, which encodeURIComponent refuses, is no character of any address.
  const url = `${publicUrl}/v1/${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`
  return url.length <= LONGEST_ADDRESS ? webAddress(url) : null
}

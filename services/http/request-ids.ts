import type { IncomingHttpHeaders } from 'node:http'

/** An id as proxies make them; anything else is not worth a place in the log. */
const REQUEST_ID = /^[\w.:-]{1,64}$/
/** W3C Trace Context: version, trace, span, flags. */
const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/**
 * What the caller calls a request, for the log alone: it is named by an id of ours, which is never used twice and which
 * nobody else chooses.
 */
export function callerIds(headers: IncomingHttpHeaders): { readonly callerId?: string; readonly traceId?: string } {
  const callerId = String(headers['x-request-id'] ?? '')
  const traceId = TRACE_PARENT.exec(String(headers.traceparent ?? ''))?.[1]
  return { ...(REQUEST_ID.test(callerId) && { callerId }), ...(traceId !== undefined && { traceId }) }
}

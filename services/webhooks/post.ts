import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { useAgent } from 'request-filtering-agent'
import { SendFailure } from '../delivery/index.ts'

/** Which receivers inside a network may be reached, and how long one is waited for. */
export interface PostOptions {
  /** IP addresses and ranges; all other private addresses are refused when the name has been looked up. */
  readonly privateReceivers: readonly string[]
  readonly patienceMs: number
}

/** What is read of an answer. */
const MOST_READ = 2_000

/**
 * Posts JSON to `url` and answers with what the receiver said. Follows no redirects, and reads no more of the answer than
 * is worth keeping.
 * @throws {SendFailure} `gone` at 410; `refused` where the address may not be reached; else `later` or `uncertain`
 */
export async function postJson(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { privateReceivers, patienceMs }: PostOptions,
): Promise<string> {
  const { status, text } = await exchange(url, body, headers, { privateReceivers, patienceMs })
  const answer = `${status}${text === '' ? '' : `: ${text}`}`
  if (status >= 200 && status < 300) return answer
  if (status === 410) throw new SendFailure('gone', answer)
  throw new SendFailure('later', status >= 300 && status < 400 ? `${answer} (redirects are not followed)` : answer)
}

function exchange(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  { privateReceivers, patienceMs }: PostOptions,
): Promise<{ readonly status: number; readonly text: string }> {
  const send = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    let isSent = false
    let isAnswered = false
    const request = send(
      url,
      {
        method: 'POST',
        agent: useAgent(url, { allowIPAddressList: [...privateReceivers] }),
        headers: { 'content-type': 'application/json', 'user-agent': 'servanda', ...headers },
        signal: AbortSignal.timeout(patienceMs),
      },
      (response) => {
        isAnswered = true
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
          if (text.length > MOST_READ) response.destroy()
        })
        const done = () => resolve({ status: response.statusCode ?? 0, text: text.slice(0, MOST_READ).trim() })
        response.on('close', done)
        response.on('error', done)
      },
    )
    request.on('finish', () => {
      isSent = true
    })
    // An answer counts even where its end does not come.
    request.on('error', (error) => isAnswered || reject(failureOf(error, isSent)))
    request.end(body)
  })
}

/** What `request-filtering-agent` says of an address that it keeps us from. */
const NOT_ALLOWED = /^DNS lookup ([^\s(]+)\(.*is not allowed/

function failureOf(error: Error, isSent: boolean): SendFailure {
  const why = error.name === 'TimeoutError' || error.name === 'AbortError' ? 'no answer in time' : error.message
  const [, address] = NOT_ALLOWED.exec(error.message) ?? []
  if (address !== undefined) {
    const answer = `${address} is a private address; to allow it, name it in PRIVATE_RECEIVERS`
    return new SendFailure('refused', answer, { cause: error })
  }
  return new SendFailure(isSent ? 'uncertain' : 'later', why, { cause: error })
}

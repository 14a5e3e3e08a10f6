import type { Encoding } from '../status/index.ts'

/** What is sent to who takes several equally well, the smallest first. */
const ENCODINGS: readonly Encoding[] = ['br', 'gzip', 'identity']

/** Clients send a handful of different headers; whoever makes up more is worked out each time. */
const MOST_KNOWN = 100
const known = new Map<string, Encoding>()

/**
 * The encoding in which an answer is sent to who asks with this `Accept-Encoding`; as it is, where none will do.
 * @param offered  in which it can be sent, the smallest first
 * @see RFC 9110, 12.5.3
 */
export function encodingFor(header: string | undefined, offered = ENCODINGS): Encoding {
  if (header === undefined) return 'identity'
  if (offered !== ENCODINGS) return chooseEncoding(header, offered)
  const found = known.get(header)
  if (found !== undefined) return found
  const chosen = chooseEncoding(header, ENCODINGS)
  if (known.size < MOST_KNOWN) known.set(header, chosen)
  return chosen
}

function chooseEncoding(header: string, offered: readonly Encoding[]): Encoding {
  const weights = new Map(header.split(',').map(readWeight))
  const any = weights.get('*')
  const weightOf = (encoding: Encoding): number => {
    const named = weights.get(encoding) ?? (encoding === 'gzip' ? weights.get('x-gzip') : undefined) ?? any
    // As it is will do unless it is refused, but whoever names others wants these.
    return named ?? (encoding === 'identity' ? LEAST : 0)
  }
  const [best] = offered
    .map((encoding) => ({ encoding, weight: weightOf(encoding) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  return best?.encoding ?? 'identity'
}

/** Below every weight that can be given. */
const LEAST = 0.0001

/** `gzip;q=0.5`; what cannot be read is not taken. */
function readWeight(item: string): readonly [string, number] {
  const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((one) => one.startsWith('q='))?.slice(2)
  if (weight === undefined) return [name, 1]
  return [name, /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(weight) ? Number(weight) : 0]
}

/** The JSON of a document, as it is sent. */
export function json(document: object): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`)
}

/** The same of a document that besides has under `key` a value, or a list of values, whose JSON is there already. */
export function jsonWith(document: object, key: string, value: Buffer | readonly Buffer[]): Buffer {
  const head = `${JSON.stringify(document).slice(0, -1)},"${key}":`
  if (Buffer.isBuffer(value)) return Buffer.concat([Buffer.from(head), value, Buffer.from('}\n')])
  const items = value.flatMap((one, n) => (n === 0 ? [one] : [COMMA, one]))
  return Buffer.concat([Buffer.from(`${head}[`), ...items, Buffer.from(']}\n')])
}

const COMMA = Buffer.from(',')

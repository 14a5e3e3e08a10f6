import { createHash } from 'node:crypto'

/**
 * The same identifier for the same `name`, here and in every copy of the data.
 * @see RFC 9562, 5.8: made from a hash of our choice
 */
export function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(`servanda ${name}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

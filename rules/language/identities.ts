/** What tells one telling from another: told again, it says the same or is a conflict. */
interface Identity {
  readonly source: string
  readonly id: string
  readonly revision: number
}

/** Slots are tried in order from where a hash points; an identity that finds none free in so many is kept by its name. */
const MOST_TRIES = 64
const FEWEST_SLOTS = 1_024

/**
 * The distinct identities among many, numbered from 0 in the order in which they came. A hash of 32 bits is kept and not
 * the texts (16 bytes an identity, where a Map of texts takes ten times that), so that the caller, who can look an earlier
 * one up again, has the last word on whether two are the same.
 */
export class Identities {
  /** How many there are. */
  count = 0
  /** Pairs of a hash and a number + 1; 0 is a free slot. Always a power of two, at most half full. */
  private slots = new Int32Array(2 * FEWEST_SLOTS)
  /** Those that share a hash with another one, or found no free slot: few, unless somebody chose them so. */
  private readonly crowded = new Map<string, number>()
  /** Some are kept by their names for want of a free slot, and may find one when the table has grown. */
  private wasFull = false
  private lastSource = ''
  private lastSourceHash = hashOf('', 0)

  /**
   * The number of `identity`: its earlier one, or `count` as it was when it is new.
   * @param isSame  whether the identity that came as `number` is this one
   */
  numberOf(identity: Identity, isSame: (number: number) => boolean): number {
    const hash = this.hash(identity)
    const mask = this.slots.length / 2 - 1
    let slot = hash & mask
    let tries = 0
    for (let held = this.held(slot); held !== 0; held = this.held(slot)) {
      if (this.slots[2 * slot] === hash) return isSame(held - 1) ? held - 1 : this.crowdedNumber(identity)
      slot = (slot + 1) & mask
      tries++
    }
    if (tries > MOST_TRIES) {
      this.wasFull = true
      return this.crowdedNumber(identity)
    }
    // One that shares its hash has met that hash on the way here.
    if (this.wasFull) {
      const known = this.crowded.get(nameOf(identity))
      if (known !== undefined) return known
    }
    this.slots[2 * slot] = hash
    this.slots[2 * slot + 1] = ++this.count
    if (this.count > mask / 2) this.grow()
    return this.count - 1
  }

  private held(slot: number): number {
    return this.slots[2 * slot + 1] as number // within the table
  }

  private crowdedNumber(identity: Identity): number {
    const name = nameOf(identity)
    const known = this.crowded.get(name)
    if (known !== undefined) return known
    this.crowded.set(name, this.count)
    return this.count++
  }

  private grow(): void {
    const before = this.slots
    this.slots = new Int32Array(2 * before.length)
    const mask = this.slots.length / 2 - 1
    for (let from = 0; from < before.length; from += 2) {
      const held = before[from + 1] as number // within the table
      if (held === 0) continue
      const hash = before[from] as number
      let slot = hash & mask
      while (this.held(slot) !== 0) slot = (slot + 1) & mask
      this.slots[2 * slot] = hash
      this.slots[2 * slot + 1] = held
    }
  }

  private hash({ source, id, revision }: Identity): number {
    if (source !== this.lastSource) {
      this.lastSource = source
      this.lastSourceHash = hashOf(source, 0)
    }
    return mixed(hashOf(id, this.lastSourceHash) ^ Math.imul(revision, 0x9e3779b1))
  }
}

function nameOf({ source, id, revision }: Identity): string {
  return JSON.stringify([source, id, revision])
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** Spreads what differs over all bits (the finaliser of MurmurHash3). */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/**
 * Which of `types` the sender of `accept` likes best; the first where nothing else is said, also where none is liked.
 * @see RFC 9110, 12.5.1
 */
export function preferredType<T extends string>(accept: string | undefined, types: readonly [T, ...T[]]): T {
  const ranges = (accept ?? '').split(',').map(readRange)
  const liking = (type: string): number => {
    const [group] = type.split('/')
    const named = [type, `${group}/*`, '*/*'].map((name) => ranges.find((range) => range.name === name))
    return named.find((range) => range !== undefined)?.quality ?? 0
  }
  return types.reduce((best, type) => (liking(type) > liking(best) ? type : best), types[0])
}

function readRange(text: string): { readonly name: string; readonly quality: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = parameters.find((one) => one.startsWith('q='))?.slice(2)
  return { name, quality: quality === undefined ? 1 : Number(quality) || 0 }
}

/** How wide `text` runs at `size`, a little too much rather than too little: the reader's font is not known. */
export function widthOf(text: string, size: number): number {
  return [...text].reduce((sum, c) => sum + widthOfOne(c), 0) * size
}

function widthOfOne(c: string): number {
  if (/[.,:;'’|il \u00a0\u202f]/.test(c)) return 0.3
  if (/\p{Lu}|[mwMW%@]/u.test(c)) return 0.7
  return (c.codePointAt(0) ?? 0) >= 0x2e80 ? 1 : 0.55
}

/** `text` in lines no wider than `width`, broken between words; a longer word stands alone, cut short. */
export function wrapped(text: string, size: number, width: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ').map((w) => cut(w, size, width))) {
    const longer = `${lines.at(-1) ?? ''} ${word}`
    if (lines.length > 0 && widthOf(longer, size) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** `text`, or as much of its beginning as fits into `width`. */
function cut(text: string, size: number, width: number): string {
  if (widthOf(text, size) <= width) return text
  const letters = [...text]
  while (letters.length > 1 && widthOf(`${letters.join('')}…`, size) > width) letters.pop()
  return `${letters.join('')}…`
}

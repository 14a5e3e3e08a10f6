/** How wide a line of text is: mail programs show so much without breaking it themselves. */
const WIDTH = 72

/**
 * `text` in lines of at most `WIDTH` characters, the first after `first` and the others after `rest`. A word that is longer
 * than a line is cut, but for an address, which would lead nowhere.
 */
export function wrap(text: string, first: string, rest: string): readonly string[] {
  const lines: string[] = []
  let line = first
  let isEmpty = true
  for (const word of text.split(' ').flatMap((one) => pieces(one, WIDTH - rest.length))) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = rest
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

function pieces(word: string, longest: number): readonly string[] {
  if (word.length <= longest || /^https?:\/\//.test(word)) return [word]
  const found: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece.length + character.length > longest) {
      found.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...found, piece]
}

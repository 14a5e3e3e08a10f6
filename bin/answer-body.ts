/** The content of an answer: JSON as its value, null where there is none, and a file as it is. */
export function answerBody(content: Buffer, type: string | number | string[] | null): unknown {
  if (content.length === 0) return null
  const isJson = /^application\/(.+\+)?json\b/.test(String(type))
  return isJson ? JSON.parse(content.toString('utf8')) : content
}

import { describe, expect, test } from 'vitest'
import { renderHtml, renderText } from '../mail/render.ts'
import { letterFor } from './letter-for.ts'
import { SAMPLE_CONTEXT, samples } from './samples.ts'

// What a letter of each kind and purpose looks like; `npx vitest run services/letters -u` writes the files anew.

describe.each(samples())('a letter: $name', ({ name, delivery }) => {
  const letter = letterFor(delivery, SAMPLE_CONTEXT)

  test('as text', async () => {
    await expect(renderText(letter)).toMatchFileSnapshot(`golden/${name}.txt`)
  })

  test('as a page', async () => {
    await expect(renderHtml(letter)).toMatchFileSnapshot(`golden/${name}.html`)
  })
})

import { FONT_FILES } from '../../charts/index.ts'
import type { Pen } from './pdf-ink.ts'
import type { Paper } from './pdf-paper.ts'

/**
 * Puts a chart of ours on the page as lines and letters, which stay sharp and can be searched. It knows the few elements
 * that such a chart is made of, and nothing else of SVG.
 * @throws {Error} when there is anything else in it: a chart without it could say something that is not so
 */
export function drawChart(paper: Paper, svg: string, { widest }: { readonly widest: number }): void {
  const { width, height, label } = headOf(svg)
  const scale = Math.min(widest, paper.width) / width
  paper.figure(height * scale, label, (pen, { left, top }) => {
    pen.save()
    pen.translate(left, top).scale(scale)
    for (const element of elementsOf(svg)) draw(pen, element, width)
    pen.restore()
  })
}

/** How tall {@link drawChart} makes it. */
export function chartHeight(paper: Paper, svg: string, { widest }: { readonly widest: number }): number {
  const { width, height } = headOf(svg)
  return (height * Math.min(widest, paper.width)) / width
}

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

function headOf(svg: string): { readonly width: number; readonly height: number; readonly label: string } {
  const head = attributesIn(/<svg ([^>]*)>/.exec(svg)?.[1] ?? '')
  return { width: Number(head.width), height: Number(head.height), label: head['aria-label'] ?? '' }
}

/** What is drawn, in order. Our markup has no elements within elements but for the outermost, and escapes every `<` and `>`. */
function elementsOf(svg: string): readonly Element[] {
  const within = svg.replace(/^\s*<svg [^>]*>/, '').replace(/<\/svg>\s*$/, '')
  const elements = [...within.matchAll(/<([\w-]+)([^>]*?)(?:\/>|>([^<]*)<\/\1>)/g)]
  const rest = elements.reduce((text, [whole]) => text.replace(whole, ''), within).trim()
  if (rest !== '') throw new Error(`A chart has markup that no page can show: ${rest.slice(0, 80)}`)
  return elements.map(([, name = '', attributes = '', text = '']) => ({
    name,
    attributes: attributesIn(attributes),
    text: unescaped(text),
  }))
}

function attributesIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescaped(value)]),
  )
}

function draw(pen: Pen, { name, attributes, text }: Element, wide: number): void {
  const number = (key: string): number => Number(attributes[key] ?? 0)
  switch (name) {
    case 'title':
    case 'desc':
      return
    case 'rect':
      paint(pen.rect(number('x'), number('y'), number('width'), number('height')), attributes)
      return
    case 'circle':
      paint(pen.circle(number('cx'), number('cy'), number('r')), attributes)
      return
    case 'path':
      if (attributes.d) paint(pen.path(attributes.d), attributes)
      return
    case 'text':
      letters(pen, attributes, text, wide)
      return
    default:
      throw new Error(`A chart has an element that no page can show: <${name}>`)
  }
}

function paint(pen: Pen, { fill, stroke, ...attributes }: Element['attributes']): void {
  const dashes = attributes['stroke-dasharray'] ?? 'none'
  pen.save()
  pen
    .lineWidth(Number(attributes['stroke-width'] ?? 1))
    .lineJoin(attributes['stroke-linejoin'] === 'round' ? 'round' : 'miter')
  if (dashes !== 'none') {
    const [length = 1, space = length] = dashes.split(' ').map(Number)
    pen.dash(length, { space })
  }
  const isFilled = fill !== undefined && fill !== 'none'
  if (isFilled && stroke !== undefined) pen.fillAndStroke(fill, stroke)
  else if (isFilled) pen.fill(fill)
  else if (stroke !== undefined) pen.stroke(stroke)
  pen.restore()
}

function letters(pen: Pen, attributes: Element['attributes'], text: string, wide: number): void {
  const { 'text-anchor': anchor = 'start', fill = '#000000', stroke } = attributes
  pen.font(attributes['font-weight'] === '700' ? FONT_FILES.bold : FONT_FILES.regular)
  pen.fontSize(Number(attributes['font-size'] ?? 12))
  const share = anchor === 'end' ? 1 : anchor === 'middle' ? 0.5 : 0
  const x = Number(attributes.x) - share * pen.widthOfString(text)
  const y = Number(attributes.y)
  // A chart measures by rule of thumb; what runs wider than it thought is set closer.
  const horizontalScaling = anchor === 'start' ? Math.min(100, (100 * (wide - x)) / pen.widthOfString(text)) : 100
  const at = { lineBreak: false, baseline: 'alphabetic', horizontalScaling } as const
  if (stroke !== undefined) {
    // Under the letters, as `paint-order` asks.
    pen
      .lineWidth(Number(attributes['stroke-width'] ?? 1))
      .lineJoin('round')
      .strokeColor(stroke)
    pen.text(text, x, y, { ...at, fill: false, stroke: true })
  }
  pen.fillColor(fill).text(text, x, y, at)
}

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (entity) => CHARACTERS[entity] ?? entity)
}

const CHARACTERS: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

import { Resvg } from '@resvg/resvg-js'
import { FONT_FAMILY, FONT_FILES } from './fonts.ts'

/**
 * The picture in `svg` as a PNG, the same on every machine: only the fonts that come with us are used.
 * @param width in pixels; twice the width of the markup is sharp on paper and on fine screens
 */
export function rasterise(svg: string, { width }: { readonly width: number }): Buffer {
  const font = {
    fontFiles: [FONT_FILES.regular, FONT_FILES.bold],
    loadSystemFonts: false,
    defaultFontFamily: FONT_FAMILY,
    sansSerifFamily: FONT_FAMILY,
  }
  return new Resvg(svg, { fitTo: { mode: 'width', value: width }, font }).render().asPng()
}

import type { Tone } from '../letters/index.ts'

/** The colour behind the word that says how it stands: white words on it by day, dark ones by night (WCAG AA). */
export const TONES = {
  bad: { day: '#b42318', night: '#ffa39a' },
  doubt: { day: '#6941c6', night: '#cbb5ff' },
  watch: { day: '#93500a', night: '#ffc46b' },
  good: { day: '#05663f', night: '#7fdcae' },
  plain: { day: '#475467', night: '#b3bccb' },
} as const satisfies Record<Tone, { readonly day: string; readonly night: string }>

/** The page by night, and on a narrow screen. Mail programs that drop it show the day. */
export const NIGHT = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){.button{display:block!important;margin-right:0!important}}
@media (prefers-color-scheme:dark){
.paper{background:#12161f!important;color:#eef1f6!important}
.ink{color:#eef1f6!important}
.soft{color:#b3bccb!important}
.line{border-color:#3a4356!important}
.box{background:#1c2331!important}
a{color:#9cc0ff!important}
.button{background:#12161f!important;border-color:#9cc0ff!important}
.main{background:#9cc0ff!important;color:#12161f!important}
${Object.entries(TONES)
  .map(
    ([tone, { night }]) =>
      `.m-${tone}{background:${night}!important;color:#12161f!important}\n.b-${tone}{border-left-color:${night}!important}`,
  )
  .join('\n')}
}
`

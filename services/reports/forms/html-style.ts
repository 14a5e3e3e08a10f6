import type { Tone } from './html-marks.ts'

/** Of the same family as letters. What is read has 4.5 to 1 against its ground by day and by night (WCAG 2.2, 1.4.3). */
const DAY = colours({
  paper: '#ffffff',
  ink: '#1d2433',
  soft: '#4a5568',
  line: '#d5d9e2',
  box: '#f4f6f9',
  link: '#1a56b8',
  bad: '#b42318',
  doubt: '#6941c6',
  watch: '#93500a',
  good: '#05663f',
  plain: '#475467',
})

const NIGHT = colours({
  paper: '#12161f',
  ink: '#eef1f6',
  soft: '#b3bccb',
  line: '#3a4356',
  box: '#1c2331',
  link: '#9cc0ff',
  bad: '#ffa39a',
  doubt: '#cbb5ff',
  watch: '#ffc46b',
  good: '#7fdcae',
  plain: '#b3bccb',
})

const TYPE = `
*{box-sizing:border-box}
html{font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-size:100%;line-height:1.5;background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem;overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25;text-wrap:balance}
h1{margin:0 0 1rem;font-size:2rem}
h2{margin:3.5rem 0 1rem;padding-top:1.25rem;border-top:2px solid var(--ink);font-size:1.5rem}
h3{margin:2rem 0 .5rem;font-size:1.125rem}
p,ul,ol,dl{margin:0 0 .75rem}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.15em}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;font-size:.875em}
.soft{color:var(--soft);font-weight:400}
.under{display:block;font-size:.875em}
.under code{font-size:.9375em}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`

const PARTS = `
.facts{display:grid;gap:.5rem 2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr))}
.facts dt{color:var(--soft);font-size:.875rem}
.facts dd{margin:0}
header .facts{padding:.75rem 1rem;background:var(--box);border-radius:.5rem}
#summary h2{margin-top:1.5rem;padding-top:0;border-top:0}
#summary h3{margin:1.5rem 0 .5rem;font-size:1rem}
.sentences{max-width:44rem;font-size:1.125rem}
.counts{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;list-style:none}
.counts li{flex:0 1 auto;min-width:7.5rem;padding:.5rem .875rem;background:var(--box);border-radius:.5rem}
.counts b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
nav h2{margin:2rem 0 .5rem;padding:0;border:0;font-size:1rem}
nav ol{padding-left:1.5rem}
nav li{padding:.125rem 0}
.mark{display:inline-flex;align-items:baseline;gap:.375em;font-weight:600;overflow-wrap:normal}
.mark svg{flex:none;width:.8em;height:.8em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;transform:translateY(.05em)}
${(['bad', 'doubt', 'watch', 'good', 'plain'] satisfies Tone[]).map((tone) => `.${tone}{color:var(--${tone})}`).join('\n')}
.tag{display:inline-block;padding:0 .5em;border:1px solid var(--line);border-radius:.25rem;color:var(--soft);font-size:.8125rem;font-weight:400}
.beneath{margin-bottom:.75rem}
.beneath .mark{margin-right:.5rem}
.note,.more{color:var(--soft);font-size:.9375rem}
.beside{display:grid;gap:1rem 2rem;grid-template-columns:minmax(0,1fr);margin-bottom:.75rem}
figure{margin:0;max-width:26rem}
figure svg{display:block;width:100%;height:auto;border-radius:.25rem}
.by-night{display:none}
summary{padding:.5rem 0;color:var(--link);cursor:pointer}
#method>.facts{grid-template-columns:minmax(0,1fr)}
.readings dt{margin-top:.75rem;font-weight:600}
.readings dd{margin:0}
`

const TABLES = `
table{width:100%;margin:0 0 1.5rem;border-collapse:collapse;font-size:.9375rem;line-height:1.4}
caption{padding:0 0 .5rem;color:var(--soft);font-size:.875rem;text-align:left}
article>table caption span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
th,td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
thead th{padding-bottom:.375rem;border-bottom:2px solid var(--soft);color:var(--soft);font-size:.8125rem;line-height:1.25;vertical-align:bottom;overflow-wrap:break-word}
.title{font-weight:600}
thead th{min-width:6em}
thead th:first-child{min-width:12em}
.count{padding-right:1rem;text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
thead th.count{min-width:4em}
.none{color:var(--soft)}
.aside>th{padding-left:1.25rem}
td ul{margin:0;padding-left:1.1em}
td li+li{margin-top:.25rem}
`

/** Blocks of a head and a cell each, where a row has no room. */
const NARROW = `
@media screen and (max-width:47.99rem){
body{padding:1.25rem 1rem 3rem}
h1{font-size:1.625rem}
h2{font-size:1.375rem}
.sentences{font-size:1.0625rem}
.counts li{flex:1 1 40%;min-width:7rem}
table,caption,tbody,tr,tbody th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.75rem 0;border-bottom:1px solid var(--line)}
th,td{padding:0;border:0;text-align:left}
td{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.75rem;margin-top:.375rem}
td::before{content:attr(data-head);content:attr(data-head) / '';color:var(--soft);font-size:.875rem}
td.count{text-align:left}
td.prose{display:block}
td.prose::before{display:block}
td.none{display:none}
tr.aside{margin-left:1rem}
.aside>th{padding-left:0}
}
`

const WIDE = `
@media screen and (min-width:48rem){
.beside{grid-template-columns:26rem minmax(0,1fr)}
.beside .facts{align-content:start;grid-template-columns:minmax(0,1fr)}
}
@media screen and (min-width:78rem){
body{max-width:76rem}
main{display:grid;grid-template-columns:minmax(0,1fr) 14rem;column-gap:3rem}
main>#summary,.rest{grid-column:1}
nav{grid-column:2;grid-row:1/span 2;position:sticky;top:1.5rem;align-self:start}
header{margin-right:17rem}
nav h2{margin-top:1.75rem}
}
`

const DARK = `
@media screen and (prefers-color-scheme:dark){
:root{${NIGHT}}
.by-day{display:none}
.by-night{display:block}
}
`

/** On paper it is day, everything is unfolded, and an address that cannot be clicked is spelled out. */
const PAPER = `
@page{size:A4;margin:18mm 16mm 20mm;@bottom-right{content:counter(page) ' / ' counter(pages);font:9pt sans-serif;color:#4a5568}}
@media print{
:root{color-scheme:light}
html{font-size:9.5pt}
body{max-width:none;padding:0}
h1{font-size:22pt}
h2{font-size:15pt;margin-top:22pt}
h1,h2,h3,h2+p,.more:has(+h3),summary,caption,thead,.beneath{break-after:avoid}
tbody tr:first-child{break-before:avoid}
p,li,dd{orphans:3;widows:3}
thead{display:table-header-group}
h1,h2,h3,summary,.beneath,tr,figure,.counts,.beside,.facts,header,nav{break-inside:avoid}
table{font-size:9pt}
header .facts,.counts li,.mark{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.sentences{max-width:none;font-size:11pt}
nav ol{columns:2}
.rest{break-before:page}
.rest>section:first-child h2{margin-top:0}
.beside{grid-template-columns:9.5cm minmax(0,1fr)}
.beside .facts{align-content:start;grid-template-columns:minmax(0,1fr)}
a{color:inherit;text-decoration:none}
a.named::after{content:' <' attr(href) '>'}
details::details-content{display:block;content-visibility:visible;block-size:auto}
summary{color:inherit;font-weight:600;list-style:none}
summary::-webkit-details-marker{display:none}
}
`

/** The style sheet of a report. */
export const STYLE = `
:root{color-scheme:light dark;${DAY}}${TYPE}${PARTS}${TABLES}${NARROW}${WIDE}${DARK}${PAPER}`

type Colour = 'paper' | 'ink' | 'soft' | 'line' | 'box' | 'link' | Tone

function colours(of: Readonly<Record<Colour, string>>): string {
  return Object.entries(of)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';')
}

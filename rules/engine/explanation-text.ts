import type { CaseExplanation } from './case-explanation.ts'

/** The explanation in plain text, as it is read on a terminal. */
export function explanationText(e: CaseExplanation): string {
  return [
    `${e.case.id}\n${e.case.explanation}`,
    ...partsOf(e).map((p) => `${p.title}\n${p.lines.map((line) => `  ${line}`).join('\n')}`),
  ].join('\n\n')
}

/** The same as Markdown. */
export function explanationMarkdown(e: CaseExplanation): string {
  return [
    `# ${escaped(e.title)}`,
    `**${e.case.verdict}** \`${e.case.id}\``,
    escaped(e.case.explanation),
    ...partsOf(e).map((p) => `## ${p.title}\n\n${p.lines.map((line) => `- ${escaped(line)}`).join('\n')}`),
  ].join('\n\n')
}

interface Part {
  readonly title: string
  readonly lines: readonly string[]
}

function partsOf(e: CaseExplanation): readonly Part[] {
  const { case: found, clause, value } = e
  const time = (label: string, at: typeof found.due): readonly string[] =>
    at === null ? [] : [`${label} ${typeof at === 'string' ? at : `${at.from} to ${at.to}`}`]
  return [
    {
      title: 'Status',
      lines: [
        `${found.verdict}, ${found.certainty}, ${found.phase}${found.flags.length > 0 ? ` (${found.flags.join(', ')})` : ''}`,
        ...time('opened', found.opened),
        ...time('due', found.due),
        ...time('close', found.close),
      ],
    },
    {
      title: 'Promise',
      lines: [
        `${e.title} (${e.kind}; ${e.by.join(', ')}; ${e.legal_force})`,
        ...(clause?.quote ? [`“${clause.quote}”`] : []),
        ...(clause?.text
          ? [[clause.text, clause.ref, clause.published, clause.url].filter((p) => p !== null).join(', ')]
          : []),
        ...(e.note ? [`Reading: ${e.note.trim()}`] : []),
      ],
    },
    {
      title: 'Figures',
      lines: value
        ? [
            `between ${value.min ?? 'unknown'} and ${value.max ?? 'unknown'} ${value.unit ?? ''}`,
            `target ${value.target ?? 'unknown'} ${value.unit ?? ''}`,
            ...(value.expected ? [`expected by now ${value.expected} ${value.unit ?? ''}`] : []),
          ]
        : [],
    },
    {
      title: 'Evidence',
      lines: e.timeline
        .map(
          (t) =>
            `${t.when}  ${t.role}  ${t.event.id} (${t.event.source}${t.event.revision > 1 ? `, revision ${t.event.revision}` : ''}, ${t.standing}): ${t.reason}`,
        )
        .concat(found.evidence_omitted > 0 ? [`… and ${found.evidence_omitted} ignored events more`] : []),
    },
    { title: 'What would change it', lines: e.would_change },
    { title: 'Final?', lines: [e.final] },
  ].filter((part) => part.lines.length > 0)
}

/** Text from outside never becomes markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, (c) => `\\${c}`)
}

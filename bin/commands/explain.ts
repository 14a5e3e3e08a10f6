import { type Command, Option } from 'commander'
import { type CaseExplanation, evaluate, explainCase } from '../../rules/index.ts'
import { addFileOptions, collectEvents, type FileOptions, readAsked } from '../evaluation-files.ts'
import { UsageError } from '../usage-error.ts'

/** `servanda explain CASE`: why a case stands as it does, from files alone. */
export function explainCommand(program: Command): void {
  addFileOptions(
    program
      .command('explain')
      .description('say why a case stands as it does')
      .argument('<case>', 'the id of a case, or a part of it that only one has'),
  )
    .addOption(new Option('--format <format>', 'how to print it').choices(['text', 'markdown', 'json']).default('text'))
    .action((id: string, options: FileOptions & { readonly format: 'text' | 'markdown' | 'json' }) => {
      const { rulebooks, asOf, knownAt } = readAsked(options)
      const events = collectEvents(options.events, rulebooks)
      const all = rulebooks.flatMap((rulebook) =>
        evaluate(rulebook, events, { asOf, knownAt }).commitments.flatMap((c) =>
          c.cases.map((found) => ({ rulebook, id: found.id })),
        ),
      )
      const exact = all.filter((c) => c.id === id)
      const meant = exact.length > 0 ? exact : all.filter((c) => c.id.includes(id))
      const [only] = meant
      if (!only || meant.length > 1)
        throw new UsageError(
          notOne(
            id,
            meant.map((c) => c.id),
          ),
        )
      const explanation = explainCase(only.rulebook, events, only.id, { asOf, knownAt })
      if (explanation === null) throw new UsageError(notOne(id, []))
      console.log(
        options.format === 'json'
          ? JSON.stringify(explanation, null, 2)
          : options.format === 'markdown'
            ? asMarkdown(explanation)
            : asText(explanation),
      )
    })
}

function notOne(id: string, found: readonly string[]): string {
  if (found.length === 0) return `no case has ${id} in its id at that instant; evaluate lists the cases there are`
  return `${found.length} cases have ${id} in their id:\n${found
    .slice(0, 20)
    .map((c) => `  ${c}`)
    .join('\n')}${found.length > 20 ? '\n  …' : ''}`
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

function asText(e: CaseExplanation): string {
  return [
    `${e.case.id}\n${e.case.explanation}`,
    ...partsOf(e).map((p) => `${p.title}\n${p.lines.map((line) => `  ${line}`).join('\n')}`),
  ].join('\n\n')
}

function asMarkdown(e: CaseExplanation): string {
  return [
    `# ${escaped(e.title)}`,
    `**${e.case.verdict}** \`${e.case.id}\``,
    escaped(e.case.explanation),
    ...partsOf(e).map((p) => `## ${p.title}\n\n${p.lines.map((line) => `- ${escaped(line)}`).join('\n')}`),
  ].join('\n\n')
}

/** Text from outside never becomes markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|]/g, (c) => `\\${c}`)
}

import { type Command, Option } from 'commander'
import { evaluate, explainCase, explanationMarkdown, explanationText } from '../../rules/index.ts'
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
            ? explanationMarkdown(explanation)
            : explanationText(explanation),
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

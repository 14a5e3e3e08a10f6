import type { Command } from 'commander'
import { rulebookSchema, sharedSchema } from '../../rules/index.ts'

/** `servanda schema`: the JSON Schema of a rulebook, for editors that complete and explain keys. */
export function schemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a rulebook, for editors')
    .option('--shared', 'of a file of definitions that rulebooks include')
    .action(({ shared }: { readonly shared?: true }) =>
      console.log(JSON.stringify(shared ? sharedSchema() : rulebookSchema(), null, 2)),
    )
}

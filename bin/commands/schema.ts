import type { Command } from 'commander'
import { rulebookSchema } from '../../rules/index.ts'

/** `servanda schema`: the JSON Schema of a rulebook, for editors that complete and explain keys. */
export function schemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a rulebook, for editors')
    .action(() => console.log(JSON.stringify(rulebookSchema(), null, 2)))
}

import { rulebookShape } from './agreement-shape.ts'
import { definedSchemas, type JsonSchema } from './shape.ts'

/** The JSON Schema (2020-12) of a rulebook, for editors: what may be written where, with a word on each key. */
export function rulebookSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Servanda rulebook',
    description: 'What one agreement promises, and how it is decided whether each promise is kept.',
    ...rulebookShape.schema(),
    $defs: definedSchemas(),
  }
}

import { rulebookShape, sharedShape } from './agreement-shape.ts'
import { definedSchemas, type JsonSchema } from './shape.ts'

/** The JSON Schema (2020-12) of a rulebook, for editors: what may be written where, with a word on each key. */
export function rulebookSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'Servanda rulebook',
    description: 'What one agreement promises, and how it is decided whether each promise is kept.',
    ...rulebookShape.schema(),
    $defs: definedSchemas(),
  }
}

/** The JSON Schema of a file of definitions that rulebooks include. */
export function sharedSchema(): JsonSchema {
  return {
    $schema: DIALECT,
    title: 'Servanda shared definitions',
    description: 'Sources, calendars and terms that several rulebooks include.',
    ...sharedShape.schema(),
    $defs: definedSchemas(),
  }
}

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

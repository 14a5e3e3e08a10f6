/** The public face of the core: what a rule is, what an event is, and what follows from them. Pure: no I/O, no clock. */
export { type CaseExplanation, explainCase } from './engine/case-explanation.ts'
export { jsonPieces } from './engine/evaluation-json.ts'
export { explanationMarkdown, explanationText } from './engine/explanation-text.ts'
export { knownEvents } from './engine/history.ts'
export { type CaseChoice, Engine, type StatusChange } from './engine/incremental/engine.ts'
export {
  type AgreementRow,
  type CaseKey,
  type CaseRow,
  type CommitmentPart,
  type EventRow,
  type Increment,
  increment,
  keysFor,
  type SavedState,
  type StateChanges,
  type StateKeys,
} from './engine/incremental/increment.ts'
export type { CommitmentReport } from './engine/incremental/report.ts'
export { caseIndicator, indicatorOf, mostUrgent } from './engine/indicators.ts'
export { formatInstant, type Instant, instant, parseInstant, type Span } from './engine/instant.ts'
export { mismatchLines, mismatchProblem } from './engine/mismatch.ts'
export { evaluate, type Viewpoint } from './engine/reference.ts'
export { type RefusedEvent, refusedEvents } from './engine/refused.ts'
export * from './engine/result.ts'
export { type Mismatch, runScenarios, type ScenarioReport } from './engine/scenarios.ts'
export { type Series, totalSeries } from './engine/series.ts'
export { termEnd } from './engine/term.ts'
export { commitmentsTouchedBy, listenedTypes, restsOn } from './engine/touched.ts'
export { canonicalText } from './language/canonical-json.ts'
export { type CompiledRulebook, compileRulebook } from './language/compile.ts'
export { CONTROL_KINDS, type Control, type ControlKind } from './language/control-event.ts'
export { formatDecimal, parseDecimal, plus } from './language/decimal.ts'
export { addDuration, subtractDuration } from './language/duration.ts'
export {
  type EventProblem,
  type KnownEvent,
  knownEvent,
  occurrence,
  type ParsedEvent,
  parseEvent,
  type ServandaEvent,
  STANDINGS,
  type Standing,
} from './language/event.ts'
export { type EventsFile, EventsReader, type EventsSink, keepIn, lineFrom, readEvents } from './language/events-file.ts'
export { type Include, includeFrom } from './language/include.ts'
export { isJsonObject, jsonErrorPlace, parseJson } from './language/json.ts'
export { rulebookSchema, sharedSchema } from './language/json-schema.ts'
export { formatProblem, type Problem } from './language/problem.ts'
export type { Commitment, DeclaredSource, IncludedText, Rulebook } from './language/rulebook.ts'
export { nearest } from './language/shape.ts'

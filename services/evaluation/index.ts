/** From events to cases: what changed, why, and what there is to tell, in one transaction. */
export { clauseOf } from './alert-facts.ts'
export { advanceState, type EngineState } from './engine-state.ts'
export type { Evaluated } from './evaluate-once.ts'
export { Evaluator, type EvaluatorDeps } from './evaluator.ts'
export { type CaseChange, foresee } from './foreseen.ts'
export { MemoryStates } from './memory-state.ts'
export { listSetAside, type SetAside, takeUpAgain } from './set-aside.ts'
export { TRANSITION_CAUSES, type Transition, type TransitionCause } from './state.ts'

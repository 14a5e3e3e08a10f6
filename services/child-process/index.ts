/** Work in processes of their own, each with a deadline and a limit to its memory. */
export { type AnswerLimits, ChildAnswers, type ChildErrors } from './child-answers.ts'
export { startChild } from './start-child.ts'
export { type RowToTell, type RulebookText, rowIn, rowLine, rulebookIn, type ToldRow } from './told.ts'

/** The web API. */
export { type App, type AppDeps, buildApp } from './app.ts'
export { forgetAnswers } from './kept-answers.ts'

/** The sources that rulebooks declare, and those that nobody does: what was heard of them, and who is silent. */
export { declaredSources, undeclaredSources } from './read-sources.ts'
export { SourceWatch, type SourceWatchDeps } from './source-watch.ts'

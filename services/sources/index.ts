/** The sources that rulebooks declare: which are expected to report, and have not. */
export { SourceWatch, type SourceWatchDeps } from './source-watch.ts'

/** The rulebooks in use: versions, where they come from, and who listens to an event. */
export { type RulesFolder, readRulesFolder } from './folder.ts'
export { listenersOn } from './listeners.ts'
export { type Loaded, loadRulebooks } from './load.ts'
export { ScenarioTrials } from './scenario-trials.ts'
export { type AdoptedRulebook, RulebookShelf } from './shelf.ts'
export { bumpStatus } from './status-number.ts'
export { type FolderLook, lookAtRules, RulesWatch } from './watch.ts'

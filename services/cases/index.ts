/** What was worked out, to be read: agreements, their commitments and cases, and how a case came to stand as it does. */
export { agreementBody, agreementInBrief, commitmentBody, standingsOf } from './agreement-body.ts'
export { caseBody, caseInBrief, wholeCase } from './case-body.ts'
export { type CaseChoice, casePage } from './case-pages.ts'
export { type ApiBase, caseLink, casesLink } from './links.ts'
export { storedCase } from './one-case.ts'
export {
  historyPage,
  latestHistory,
  type TransitionChoice,
  transitionBody,
  transitionOfCase,
  transitionPage,
} from './transitions.ts'

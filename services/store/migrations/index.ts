import type { Migration } from 'kysely'
import { up as theFirstTables } from './0001-the-first-tables.ts'
import { up as engineState } from './0002-engine-state.ts'
import { up as includedTexts } from './0003-included-texts.ts'
import { up as whatNewsTouches } from './0004-what-news-touches.ts'
import { up as alertHold } from './0005-alert-hold.ts'
import { up as whatStaysAsItWas } from './0006-what-stays-as-it-was.ts'
import { up as whereRulebooksComeFrom } from './0007-where-rulebooks-come-from.ts'
import { up as whenSourcesWereHeard } from './0008-when-sources-were-heard.ts'
import { up as sharesByAgreement } from './0009-shares-by-agreement.ts'
import { up as access } from './0010-access.ts'
import { up as whatPollersAreTold } from './0012-what-pollers-are-told.ts'
import { up as deliveriesByState } from './0014-deliveries-by-state.ts'
import { up as whatIsAskedFor } from './0016-what-is-asked-for.ts'
import { up as whatIsWritten } from './0018-what-is-written.ts'
import { up as alerts } from './0020-alerts.ts'
import { up as reports } from './0022-reports.ts'

/** Every migration by its name, `NNNN-title`; applied in the order of the names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-the-first-tables': { up: theFirstTables },
  '0002-engine-state': { up: engineState },
  '0003-included-texts': { up: includedTexts },
  '0004-what-news-touches': { up: whatNewsTouches },
  '0005-alert-hold': { up: alertHold },
  '0006-what-stays-as-it-was': { up: whatStaysAsItWas },
  '0007-where-rulebooks-come-from': { up: whereRulebooksComeFrom },
  '0008-when-sources-were-heard': { up: whenSourcesWereHeard },
  '0009-shares-by-agreement': { up: sharesByAgreement },
  '0010-access': { up: access },
  '0012-what-pollers-are-told': { up: whatPollersAreTold },
  '0014-deliveries-by-state': { up: deliveriesByState },
  '0016-what-is-asked-for': { up: whatIsAskedFor },
  '0018-what-is-written': { up: whatIsWritten },
  '0020-alerts': { up: alerts },
  '0022-reports': { up: reports },
}

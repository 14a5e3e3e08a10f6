import { isServandaError } from '../../config/error.ts'
import { readSettings, type Settings } from '../../config/settings.ts'
import { down, ok, type Part, sentence } from '../../services/health/index.ts'
import { lookAround } from './around.ts'
import { lookAtFolder } from './folder.ts'
import { nodePart } from './node.ts'
import { lookAtService } from './service.ts'

/** Everything there is to be said about a setup; it changes nothing. */
export async function examine(env: Readonly<Record<string, string | undefined>>): Promise<readonly Part[]> {
  let settings: Settings
  try {
    settings = readSettings(env)
  } catch (error) {
    if (!isServandaError(error, 'SETTINGS_INVALID')) throw error
    const problems = error.details.problems as readonly string[]
    return [nodePart(), ...problems.map((problem) => down('settings', sentence(problem), 'Mend it, and look again.'))]
  }
  const [folder, service, around] = await Promise.all([
    lookAtFolder(settings),
    lookAtService(settings),
    lookAround(settings),
  ])
  // What a running service has said of itself is not said again from the outside.
  const others = around.filter(({ part }) => !service.some((one) => one.part === part))
  return [nodePart(), ok('settings', 'All can be used.'), ...folder, ...service, ...others]
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot, version } from '../../config/root.ts'
import { down, ok, type Part } from '../../services/health/index.ts'

/** Whether this Node.js can run this version. */
export function nodePart(): Part {
  const { engines } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    engines: { node: string }
  }
  const message = `Servanda ${version()} on Node.js ${process.versions.node}, which has to be ${engines.node}.`
  const isNew = atLeast(process.versions.node, engines.node.replace(/^>=/, ''))
  return isNew ? ok('node', message) : down('node', message, 'Install a newer Node.js.')
}

function atLeast(found: string, needed: string): boolean {
  const [a = [], b = []] = [found, needed].map((text) => text.split('.').map(Number))
  for (const [n, part] of b.entries()) if ((a[n] ?? 0) !== part) return (a[n] ?? 0) > part
  return true
}

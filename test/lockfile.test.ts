import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../config/root.ts'

interface Locked {
  readonly version?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** `npm ci` refuses a lockfile that leaves out an optional package, even one for another platform. */
test('the lockfile holds every optional package of every platform', () => {
  const lock = JSON.parse(readFileSync(join(packageRoot(), 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(lock.packages, path, name)),
  )
  expect(missing).toEqual([])
})

/** Whether `name` can be resolved from the package at `path`: beside it, or in a folder above. */
function isLocked(packages: Readonly<Record<string, Locked>>, path: string, name: string): boolean {
  const own = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`
  if (packages[own]) return true
  const above = path.lastIndexOf('/node_modules/')
  return path !== '' && isLocked(packages, above < 0 ? '' : path.slice(0, above), name)
}

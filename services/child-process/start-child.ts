import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Work in a process of its own, which can take too long or too much without harm to this one: whoever starts it gives it
 * a deadline and kills it then.
 * @param name  the module to run, beside `from` and without its ending: `./child`
 * @param from  the caller's `import.meta.url`
 */
export function startChild(name: string, from: string, memoryMb: number): ChildProcess {
  const isSource = from.endsWith('.ts')
  const entry = fileURLToPath(new URL(`${name}${isSource ? '.ts' : '.js'}`, from))
  // From the sources the child needs the TypeScript loader first.
  const loader = isSource ? ['--import', pathToFileURL(createRequire(from).resolve('tsx')).href] : []
  return spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, YOUNG, ...loader, entry], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // It gets nothing of our environment.
    env: {},
  })
}

/** What such work makes lives shortly, and the usual 16 MB are collected so often that it takes a fifth longer. */
const YOUNG = '--max-semi-space-size=32'

import { Session } from 'node:inspector'

/** Begins to note where this process spends its time. */
export function startProfile(): Session {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
  return session
}

/** What was noted, as V8 writes it. */
export function stopProfile(session: Session): string {
  let text = ''
  session.post('Profiler.stop', (_, { profile }) => {
    text = JSON.stringify(profile)
  })
  return text
}

import type { Delivery } from '../services/alerts/index.ts'
import type { Attachment } from '../services/mail/index.ts'
import { contentOf, type Form, reportFile } from '../services/reports/index.ts'
import type { Store } from '../services/store/index.ts'

/** The files that go along with the mail of a report. */
export function reportAttachments({ db }: Store) {
  return async ({ content }: Delivery): Promise<readonly Attachment[]> => {
    if (content.purpose !== 'report') return []
    const { id, files } = content.report
    const attached = files.filter(({ isAttached }) => isAttached)
    return Promise.all(
      attached.map(async ({ form, name, mediaType }) => {
        const file = await reportFile(db, id, form as Form)
        if (file === null) throw new Error(`the report ${id} has no form ${form}`)
        return { name, mediaType, bytes: await contentOf(file) }
      }),
    )
  }
}

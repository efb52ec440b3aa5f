import { readdir } from 'node:fs/promises'
import { type CodedError, storeError } from '@choirmaster/core/provide'
import { JOURNAL_ENDING } from './state-folder.js'

/** The error for a run without journal, with the runs that may have been meant. @param folder of the journals */
export async function unknownRun(folder: string, run: string): Promise<CodedError> {
  const names = await readdir(folder).catch(() => [])
  const runs = names.flatMap((name) =>
    name.endsWith(JOURNAL_ENDING) ? [name.slice(0, -JOURNAL_ENDING.length)] : [],
  )
  const { didYouMean } = await import('@choirmaster/core')
  const near = didYouMean(run, runs)
  return storeError('store-run-unknown', {
    message: `The run store knows no run ${JSON.stringify(run)}`,
    place: run,
    ...(near !== undefined && { hint: near }),
  })
}

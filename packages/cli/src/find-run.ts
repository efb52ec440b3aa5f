import type { RunStore } from '@choirmaster/core/provide'
import { fail } from './errors.js'
import { whole } from './site-plan.js'
import { count, named } from './views/words.js'

/** Stands for the newest run. */
export const LAST_RUN = 'last'
/** A whole id, which needs no search. */
export const RUN_ID = /^\d{8}T\d{6}-\w{6}$/
/** Ids named in an error. */
const NAMED = 5

/**
 * The id of the run that a word means: an id, the beginning of one id only, or `last`. A word that fits no run of
 * the store comes back as it is: the store says so when it is opened, and nodes may know runs that the store does not.
 * @param place flag or argument, for messages
 * @throws CodedError `run-none`, `run-ambiguous`; of the store
 */
export async function findRun(store: RunStore, word: string, place: string): Promise<string> {
  if (RUN_ID.test(word)) return word
  const fitting: string[] = []
  for await (const { run } of store.list(whole)) {
    if (run === word || word === LAST_RUN) return run
    if (word !== '' && run.startsWith(word)) fitting.push(run)
  }
  if (word === LAST_RUN) {
    throw fail('run-none', { message: 'There is no last run: the run store holds none', place })
  }
  const [only] = fitting
  if (only === undefined) return word
  if (fitting.length === 1) return only
  throw fail('run-ambiguous', {
    message: `${count(fitting.length, 'run')} begin with ${word}: ${named(fitting, NAMED)}`,
    place,
  })
}

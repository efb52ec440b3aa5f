import { type HeldLock, lockAlive, notLocked, whereabouts } from '@choirmaster/core'
import { findRun } from './find-run.js'
import { type Io, isYes } from './io.js'
import { lockOf } from './lock-of.js'
import type { Session } from './session.js'
import { whole } from './site-plan.js'
import { cleanLine } from './views/clean.js'
import { count } from './views/words.js'

export interface UnlockInput {
  readonly session: Session
  readonly io: Io
  /** Id of the run, the beginning of one, or `last`. */
  readonly run: string
  /** Confirmed by flag. */
  readonly yes: boolean
}

/**
 * Takes away the lock of a run, after a question that says whose it is; undefined: not confirmed.
 * @throws CodedError `store-lock-alive`, `store-not-locked`, `store-run-unknown`, `run-none`, `run-ambiguous`
 */
export async function unlockShown(input: UnlockInput): Promise<HeldLock | undefined> {
  const { session, io } = input
  const store = await session.openStore()
  const run = await findRun(store, input.run, 'RUN')
  const lock = await lockOf(store, run)
  if (lock === undefined) {
    // One that the store does not know is told as that.
    await (await store.open(run, whole)).close?.()
    throw notLocked(run)
  }
  if (!lock.gone) throw lockAlive(lock)
  const { by, nodes } = lock
  const whose = cleanLine(`${by} on ${whereabouts(lock)}`)
  const question = `Take away the lock that run ${run} of ${whose} has on ${count(nodes.length, 'node')}? (y/n) `
  if (!input.yes && !isYes(await io.ask(question, whole.signal))) return undefined
  return store.unlock(run, whole)
}

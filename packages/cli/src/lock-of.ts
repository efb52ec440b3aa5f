import type { HeldLock } from '@choirmaster/core'
import type { RunStore } from '@choirmaster/core/provide'
import { whole } from './site-plan.js'

/** The lock of a run; undefined: nobody holds it. @throws CodedError of the store */
export async function lockOf(store: RunStore, run: string): Promise<HeldLock | undefined> {
  let lock: HeldLock | undefined
  for await (const held of store.locks(whole)) if (held.run === run) lock = held
  return lock
}

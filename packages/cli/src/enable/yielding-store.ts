import {
  isCodedError,
  type Lease,
  messageOf,
  type Nodes,
  type RunHeader,
  type RunStore,
} from '@choirmaster/core'
import { fail } from '../errors.js'
import { findRun, LAST_RUN } from '../find-run.js'
import { type Created, createdOf } from '../read-events.js'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'

/** Told what could not be asked of the store. */
type Warn = (line: string) => void

/**
 * What enabling asks of the run store. A store that cannot be read or written must keep nobody from enabling nodes, whatever
 * it fails with: only what it knows for sure does, that somebody else holds the nodes or took the run over.
 */
export interface YieldingStore {
  readonly store: RunStore
  /** @throws CodedError `run-none`, `run-ambiguous`, `enable-run-unknown` */
  findRun(word: string): Promise<string>
  /** What the journal of a run begins with; undefined: it cannot be read. */
  createdOf(run: string): Promise<Created | undefined>
  /** @returns undefined when the store cannot lock @throws CodedError `store-nodes-locked`, `store-lease-lost` */
  lock(nodes: Nodes, header: RunHeader): Promise<Lease | undefined>
}

/** What is known for sure: somebody else acts for the run, or on its nodes. */
const OTHERS: ReadonlySet<string> = new Set(['store-nodes-locked', 'store-lease-lost'])

export async function yieldingStore(
  session: Pick<Session, 'openStore'>,
  warn: Warn,
): Promise<YieldingStore> {
  const store = await session.openStore().catch(brokenStore)
  return {
    store,
    async findRun(word) {
      try {
        return await findRun(store, word, '--run')
      } catch (error) {
        if (isCodedError(error) && (error.code === 'run-ambiguous' || error.code === 'run-none'))
          throw error
        if (word === LAST_RUN) {
          throw fail('enable-run-unknown', {
            message: `The run store cannot say which run is the last: ${messageOf(error)}`,
            place: '--run',
            cause: error,
          })
        }
        warn(`Which runs there are is not known, so ${word} is taken as it is: ${messageOf(error)}`)
        return word
      }
    },
    async createdOf(run) {
      try {
        return await createdOf(store, run)
      } catch {
        // Told where it is asked what the run sent last. The nodes know what they were told.
        return undefined
      }
    },
    async lock(nodes, header) {
      try {
        return yieldingLease(await store.lock(nodes, header, whole), header.run, warn)
      } catch (error) {
        if (isOthers(error)) throw error
        warn(
          `Whether another process acts for run ${header.run} or on its nodes is not known: ${messageOf(error)}`,
        )
        return undefined
      }
    },
  }
}

function yieldingLease(lease: Lease, run: string, warn: Warn): Lease {
  let told = false
  return {
    epoch: lease.epoch,
    lost: lease.lost,
    async check() {
      try {
        await lease.check()
      } catch (error) {
        if (isOthers(error)) throw error
        if (!told)
          warn(`Whether another process took run ${run} over is not known: ${messageOf(error)}`)
        told = true
      }
    },
    release: () => lease.release(),
  }
}

/** Stands for a store that cannot be opened: whatever it is asked, it fails with that. */
function brokenStore(error: unknown): RunStore {
  const refuse = (): Promise<never> => Promise.reject(error as Error)
  async function* none(): AsyncGenerator<never> {
    yield await refuse()
  }
  return {
    durability: 'weak',
    create: refuse,
    open: refuse,
    lock: refuse,
    unlock: refuse,
    list: none,
    locks: none,
  }
}

function isOthers(error: unknown): boolean {
  return isCodedError(error) && OTHERS.has(error.code)
}

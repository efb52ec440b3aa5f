import { errorMaker, type CodedError, type ErrorTable } from '../errors/coded-error.js'
import type { HeldLock, RunId } from './store.js'

/** What every run store refuses in the same words, so that a script can tell it whatever store is configured. */
export const storeErrors = {
  'store-run-unknown': {
    title: 'The run store does not know this run',
    hint: 'List the runs that it knows with `choirmaster runs`.',
    exit: 1,
  },
  'store-run-exists': {
    title: 'The run store already holds a run of this id',
    hint: 'Start the run again: it gets an id of its own.',
    exit: 3,
  },
  'store-sequence-taken': {
    title: 'Another process wrote to the journal of this run',
    hint: 'Let the other process finish the run; `choirmaster show RUN` shows how far it is.',
    exit: 3,
  },
  'store-nodes-locked': {
    title: 'Another run holds nodes of this run',
    hint: 'Wait until that run has ended; a new run may leave out the nodes it holds with `--exclude NODE`. Where its process is gone, `choirmaster resume RUN` goes on with it 30 s after its last sign of life.',
    exit: 3,
  },
  'store-lease-lost': {
    title: 'Another process took this run over',
    hint: 'Follow it there with `choirmaster show RUN`; this process sends and writes nothing more.',
    exit: 3,
  },
  'store-lock-alive': {
    title: 'The holder of the lock is alive',
    hint: 'Interrupt it where it runs. A lease is over when its holder gave no sign of life for 30 s.',
    exit: 3,
  },
  'store-not-locked': {
    title: 'The run holds no lock',
    hint: 'There is nothing to unlock; `choirmaster runs` shows how the run ended.',
    exit: 3,
  },
} as const satisfies ErrorTable

/** Makes errors that all stores share. */
export const storeError = errorMaker(storeErrors)

/** At most this many nodes are named. */
const NAMED = 3

/**
 * The refusal of nodes that another run holds: who, where, since when, last sign of life, and what can be done.
 * @param shared the nodes that both want
 */
export function nodesLocked(lock: HeldLock, shared: readonly string[]): CodedError {
  const { run, gone } = lock
  return storeError('store-nodes-locked', {
    message: `Run ${run} of ${lock.by} holds ${listed(shared)} on ${whereabouts(lock)}`,
    place: shared[0] ?? run,
    ...(gone && {
      hint: `Its holder is gone. Go on with it by \`choirmaster resume ${run}\`, or take only its lock away with \`choirmaster unlock ${run}\`.`,
    }),
  })
}

/** The refusal to take away a lock whose holder is alive. */
export function lockAlive(lock: HeldLock): CodedError {
  const { run, by } = lock
  return storeError('store-lock-alive', {
    message: `Run ${run} of ${by} is alive on ${whereabouts(lock)}`,
    place: run,
  })
}

/** @returns an error for a run without a lock */
export function notLocked(run: RunId): CodedError {
  return storeError('store-not-locked', { message: `Run ${run} holds no lock`, place: run })
}

/** What a holder is told that was taken over. @param to the present holder, where it is known */
export function leaseLost(run: RunId, to?: Pick<HeldLock, 'by' | 'host' | 'process'>): CodedError {
  const who =
    to === undefined ? 'another process' : `${to.by} on ${to.host} (process ${to.process})`
  return storeError('store-lease-lost', {
    message: `Run ${run} was taken over by ${who}`,
    place: run,
  })
}

/** `deploy1 (process 4711) since 2026-01-02T03:04:05Z, last sign of life 2026-01-02T03:05:05Z`. */
export function whereabouts({ host, process, since, heartbeat }: HeldLock): string {
  return `${host} (process ${process}) since ${since}, last sign of life ${heartbeat}`
}

/** A few names, and how many more there are. */
export function listed(nodes: readonly string[]): string {
  const named = nodes.slice(0, NAMED).join(', ')
  return nodes.length > NAMED ? `${named} and ${nodes.length - NAMED} more` : named
}

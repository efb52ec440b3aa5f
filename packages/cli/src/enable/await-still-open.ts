import {
  aborted,
  messageOf,
  type NodeAgent,
  type OpenRun,
  readOpenOn,
  readStillOpen,
  type RunStore,
} from '@choirmaster/core'
import type { Io } from '../io.js'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import { cleanLine } from '../views/clean.js'
import { withProgress } from '../views/progress.js'
import { duration, stamp } from '../views/time.js'
import { named } from '../views/words.js'

/** Nodes named on one line. */
const NAMED = 5

export interface AwaitInput {
  readonly session: Session
  readonly io: Io
  readonly run: string
  /** What is to be enabled; of other nodes nothing is waited for. */
  readonly nodes: readonly string[]
  readonly store: RunStore
  readonly agent: NodeAgent
  /** Ends the waiting. */
  readonly soft: AbortSignal
}

/**
 * Waits until nothing can act any more on the nodes of a run that was shut out a moment ago, nor of one that took them over
 * and is gone too: a disable that arrives late would undo that a node is enabled (promises, S16). Without a journal it is
 * not known, which is told and keeps nobody.
 */
export async function awaitStillOpen(input: AwaitInput): Promise<void> {
  const { session, io, soft } = input
  const { clock } = session
  const tell = (line: string): void => io.stderr.write(`${cleanLine(line)}\n`)
  const read = await clock.hold(Promise.race([readOpen(input, tell), aborted(soft)]))
  if (soft.aborted || read === undefined || read.length === 0) return
  for (const { run, nodes, until, why } of read) {
    const still = `may still act until ${stamp(until)}: nothing is enabled before`
    tell(
      why === 'unanswered'
        ? `What run ${run} sent last to ${named(nodes, NAMED)} had no answer and ${still}`
        : `The run store may have lost what run ${run} sent last, which ${still}`,
    )
  }
  const until = Math.max(...read.map((one) => one.until))
  const what = 'Waiting until nothing can act any more that was sent before'
  await withProgress({ io, session, what }, () =>
    clock.sleepUntil(until + 1, soft).catch(() => undefined),
  )
}

async function readOpen(
  { session, run, nodes, store, agent }: AwaitInput,
  tell: (line: string) => void,
): Promise<readonly OpenRun[]> {
  const now = session.clock.now()
  const asked = new Set(nodes)
  const own = await readStillOpen(store, run, now, whole).catch((error: unknown) => {
    tell(
      `What run ${run} did last is not known here: ${messageOf(error)}. If its process died less than ${duration(agent.openFor)} ago, what it sent may still act: look again later with choirmaster status`,
    )
    return undefined
  })
  const shared = own?.nodes.filter((node) => asked.has(node)) ?? []
  // Of others that cannot be read nothing is known: that keeps nobody from enabling nodes.
  const isOwn = (listed: { readonly run: string }): boolean => listed.run === run
  const others = await readOpenOn(nodes, store, now, agent.openFor, whole, isOwn).catch(() => [])
  return own === undefined || shared.length === 0
    ? others
    : [{ run, ...own, nodes: shared }, ...others]
}

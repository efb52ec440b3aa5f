import { type NodeAgent, readStillOpen, type RunStore } from '@choirmaster/core'
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
 * Waits until nothing of a run can act any more that was shut out a moment ago: a disable that arrives late would undo
 * that a node is enabled (promises, S16). Without a journal it is not known, which is told and keeps nobody.
 */
export async function awaitStillOpen(input: AwaitInput): Promise<void> {
  const { session, io, run, store, agent, soft } = input
  const { clock } = session
  const tell = (line: string): void => io.stderr.write(`${cleanLine(line)}\n`)
  const read = readStillOpen(store, run, clock.now(), whole).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    tell(
      `What run ${run} did last is not known here: ${why}. If its process died less than ${duration(agent.openFor)} ago, what it sent may still act: look again later with choirmaster status`,
    )
    return undefined
  })
  const open = await clock.hold(Promise.race([read, aborted(soft)]))
  if (soft.aborted) return
  const asked = new Set(input.nodes)
  const nodes = open?.nodes.filter((node) => asked.has(node)) ?? []
  if (open === undefined || nodes.length === 0) return
  const until = `may still act until ${stamp(open.until)}: nothing is enabled before`
  tell(
    open.why === 'unanswered'
      ? `What run ${run} sent last to ${named(nodes, NAMED)} had no answer and ${until}`
      : `The run store may have lost what run ${run} sent last, which ${until}`,
  )
  const what = 'Waiting until nothing of the run can act any more'
  await withProgress({ io, session, what }, () =>
    clock.sleepUntil(open.until + 1, soft).catch(() => undefined),
  )
}

/** Resolves when the signal has aborted: a store that does not answer keeps nobody who has interrupted. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
}

import {
  aborted,
  giveBack,
  type NodeAgent,
  type ReleaseReport,
  releaseRun,
  type Trouble,
} from '@choirmaster/core'
import { fail } from '../errors.js'
import { awaitStillOpen } from './await-still-open.js'
import { catchInterrupts, type InterruptWords } from '../interrupt.js'
import { type Io, isYes } from '../io.js'
import { refuseOtherFleet } from '../other-fleet.js'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import { coloursFor } from '../views/colour.js'
import { errorText } from '../views/error.js'
import { cleanLine } from '../views/clean.js'
import { troubleText } from '../views/trouble-text.js'
import { count } from '../views/words.js'
import { type YieldingStore, yieldingStore } from './yielding-store.js'

const WORDS: InterruptWords = {
  first:
    'Stopping: nothing more is enabled, what was sent is waited for and reported. Once more to stop waiting.',
  second: 'Stopping now: what is not known is reported so.',
}

export interface EnableRunInput {
  readonly session: Session
  readonly io: Io
  /** Id of the run, the beginning of one, or `last`. */
  readonly run: string
  /** Nodes that the operator named; empty: find them. */
  readonly named: readonly string[]
  readonly yes: boolean
}

/**
 * Enables what a run left disabled, after a question.
 * @throws CodedError `run-none`, `run-ambiguous`, `enable-run-unknown`, `enable-nodes-unknown`, `run-other-fleet`; of the
 *   store when another process still works on the nodes, or took the run over before anything was sent (promises, S17)
 */
export async function enableRun(input: EnableRunInput): Promise<ReleaseReport> {
  const { session, io, named } = input
  const agent = await session.openAgent()
  const warn = (line: string): void => io.stderr.write(`Warning: ${cleanLine(line)}\n`)
  const store = await yieldingStore(session, warn)
  const run = await store.findRun(input.run)
  const nodes = named.length > 0 ? named : await findNodes(run, session, agent, store)
  const header = {
    run,
    at: new Date(session.clock.now()).toISOString(),
    by: agent.caller,
    environment: '',
    nodes: nodes.length,
  }
  const lease = await store.lock(nodes, header)
  const interrupts = catchInterrupts(
    io.signals,
    (line) => io.stderr.write(`${line}\n`),
    () => io.detach(),
    WORDS,
  )
  const { soft, hard } = interrupts
  // Who is taken over has nothing to wait or to ask for any more.
  const over = lease === undefined ? soft : AbortSignal.any([soft, lease.lost])
  try {
    // Of nodes that were named no journal was read yet; one that cannot be read keeps nobody.
    if (named.length > 0) {
      const reading = Promise.race([store.createdOf(run), aborted(over)])
      const created = await session.clock.hold(reading)
      if (created !== undefined) await refuseOtherFleet(session, run, created)
    }
    await awaitStillOpen({ session, io, run, nodes, store: store.store, agent, soft: over })
    const report = await releaseRun({
      agent,
      run,
      nodes,
      clock: session.clock,
      ...(lease && { lease }),
      soft,
      hard,
      async confirm(ours) {
        if (input.yes) return true
        const question = `Enable Puppet on ${count(ours.length, 'node')} that run ${run} disabled? (y/n) `
        return isYes(await io.ask(question, over).catch(() => undefined))
      },
    })
    if (lease?.lost.aborted === true)
      io.stderr.write(errorText(lease.lost.reason, coloursFor(io.stderr, io.env), false))
    return report
  } finally {
    const { clock } = session
    const onTrouble = (trouble: Trouble): void => warn(troubleText(trouble))
    if (lease) await giveBack(() => lease.release(), { clock, hard, onTrouble })
    interrupts.dispose()
  }
}

/**
 * The nodes of the run, of its journal where this store has it, else all that answer.
 * @throws CodedError `enable-nodes-unknown`, `run-other-fleet`
 */
async function findNodes(
  run: string,
  session: Session,
  agent: NodeAgent,
  store: YieldingStore,
): Promise<readonly string[]> {
  const created = await store.createdOf(run)
  if (created !== undefined) {
    await refuseOtherFleet(session, run, created)
    return created.plan.nodes
  }
  const nodes: string[] = []
  for await (const node of agent.discover?.(whole) ?? []) nodes.push(node)
  if (nodes.length > 0) return nodes.sort()
  throw fail('enable-nodes-unknown', {
    message: `The run store has no readable journal of run ${run}, and nodes cannot be discovered`,
    place: '--node',
  })
}

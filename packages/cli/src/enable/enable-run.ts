import {
  giveBack,
  isCodedError,
  type Lease,
  type NodeAgent,
  type ReleaseReport,
  releaseRun,
  type RunHeader,
  type RunStore,
  type Trouble,
} from '@choirmaster/core'
import { fail } from '../errors.js'
import { findRun, LAST_RUN } from '../find-run.js'
import { awaitStillOpen } from './await-still-open.js'
import { catchInterrupts, type InterruptWords } from '../interrupt.js'
import { type Io, isYes } from '../io.js'
import { firstEvent } from '../read-events.js'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import { coloursFor } from '../views/colour.js'
import { errorText } from '../views/error.js'
import { troubleText } from '../views/trouble-text.js'
import { count } from '../views/words.js'

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
 * @throws CodedError `run-none`, `run-ambiguous`, `enable-nodes-unknown`; of the store when another process still works on
 *   the nodes, or took the run over before anything was sent (promises, S17)
 */
export async function enableRun(input: EnableRunInput): Promise<ReleaseReport> {
  const { session, io, named } = input
  const agent = await session.openAgent()
  const store = await session.openStore()
  const run = await findRunIfPossible(store, input.run)
  const nodes = named.length > 0 ? named : await findNodes(run, agent, store)
  const header = {
    run,
    at: new Date(session.clock.now()).toISOString(),
    by: agent.caller,
    environment: '',
    nodes: nodes.length,
  }
  const lease = await lockIfPossible(store, nodes, header)
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
    await awaitStillOpen({ session, io, run, nodes, store, agent, soft: over })
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
    interrupts.dispose()
    const { clock } = session
    const onTrouble = (trouble: Trouble): void => void io.stderr.write(`${troubleText(trouble)}\n`)
    if (lease) await giveBack(() => lease.release(), { clock, hard, onTrouble })
  }
}

/** A store that cannot be read must keep nobody from enabling the nodes of a run that is named whole. */
async function findRunIfPossible(store: RunStore, word: string): Promise<string> {
  try {
    return await findRun(store, word, '--run')
  } catch (error) {
    if (isCodedError(error) && error.code === 'run-ambiguous') throw error
    if (isCodedError(error) && word !== LAST_RUN) return word
    throw error
  }
}

/** Keeps out a run that is still going on; a store that cannot be written must keep nobody from enabling nodes. */
async function lockIfPossible(
  store: RunStore,
  nodes: readonly string[],
  header: RunHeader,
): Promise<Lease | undefined> {
  try {
    return await store.lock(nodes, header, whole)
  } catch (error) {
    if (isCodedError(error) && error.exit === 1) return undefined
    throw error
  }
}

/** The nodes of the run, of its journal where this store has it, else all that answer. */
async function findNodes(
  run: string,
  agent: NodeAgent,
  store: RunStore,
): Promise<readonly string[]> {
  const created = await firstEvent(store, run).catch((error: unknown) => {
    // Whatever became of the journal: the nodes know what they were told.
    if (isCodedError(error)) return undefined
    throw error
  })
  if (created?.type === 'created') return created.plan.nodes
  const nodes: string[] = []
  for await (const node of agent.discover?.(whole) ?? []) nodes.push(node)
  if (nodes.length > 0) return nodes.sort()
  throw fail('enable-nodes-unknown', {
    message: `The run store has no readable journal of run ${run}, and nodes cannot be discovered`,
    place: '--node',
  })
}

import type { Clock, Moment } from '../ports/clock.js'
import type { NodeAgent, NodeStatus, Outcome } from '../providers/agent.js'
import type { Call, Nodes, Stream } from '../providers/common.js'
import { LATEST_MS } from './driver/send-change.js'
import { runOfLockText } from './lock-text.js'
import { PROMPT_MS } from './reduce/reading.js'

/** What became of a node: only `enabled` was changed. */
export type ReleaseResult = 'enabled' | 'was enabled' | 'foreign' | 'not enabled' | 'no answer'

/** Nodes of which the word has grown old are read again so often before it is left alone. */
const MOST_READS = 3

/** A node that carries the run's message. */
export interface Ours {
  readonly node: string
  readonly message: string
  readonly since: Since
}

/** From when a node's word is. */
export interface Since {
  readonly at: Moment
  /** By the machine's time of day, which goes on while the machine sleeps. */
  readonly wall: Moment
}

export type SetResult = (node: string, result: ReleaseResult, reason: string) => void

export interface ReadingInput {
  readonly agent: NodeAgent
  readonly clock: Clock
  readonly run: string
  readonly call: Call
  /** Aborts: nothing more is read than was asked. */
  readonly soft: AbortSignal
}

/** Whether what was read is too old to act on it: our process, or the machine, stood still since (promises, S4). */
export function isLate(since: Since, clock: Clock): boolean {
  return elapsed(since, clock) > LATEST_MS
}

function elapsed(since: Since, clock: Clock): number {
  const now = nowOf(clock)
  return Math.max(now.at - since.at, now.wall - since.wall)
}

function nowOf(clock: Clock): Since {
  const at = clock.now()
  return { at, wall: clock.wall?.() ?? at }
}

/** Which of the nodes are ours; every other has its result at once. */
export async function readOurs(
  input: ReadingInput,
  names: Nodes,
  set: SetResult,
): Promise<readonly Ours[]> {
  return sortOut(await readStatus(input, names), names, input.run, set)
}

/** The same of nodes that were read before; who is silent is asked once more. */
export async function readOursAgain(
  input: ReadingInput,
  names: Nodes,
  set: SetResult,
): Promise<readonly Ours[]> {
  const read = await readStatus(input, names)
  const silent = names.filter((name) => read.get(name)?.outcome.ok !== true)
  if (silent.length > 0 && !input.soft.aborted)
    for (const [name, one] of await readStatus(input, silent)) read.set(name, one)
  return sortOut(read, names, input.run, set)
}

/** Reads those again of which the word has grown old, as while a silent one was waited for. They may still be late. */
export async function refresh(
  input: ReadingInput,
  known: readonly Ours[],
  set: SetResult,
): Promise<readonly Ours[]> {
  let ours = known
  for (let times = 0; times < MOST_READS && !input.soft.aborted; times++) {
    const late = ours.filter(({ since }) => isLate(since, input.clock))
    if (late.length === 0) break
    const names = late.map(({ node }) => node)
    const read = await readOurs(input, names, set)
    ours = [...ours.filter((one) => !late.includes(one)), ...read]
  }
  return ours
}

/** What was answered until the stream ended; an agent that fails, or is told to stop, is silence. */
export async function gather<T>(
  stream: Stream<Outcome<T>>,
  hear: (outcome: Outcome<T>) => void,
): Promise<void> {
  try {
    for await (const outcome of stream) hear(outcome)
  } catch {
    // Who has not answered is silent, as in a run.
  }
}

interface Read {
  readonly outcome: Outcome<NodeStatus>
  readonly since: Since
}

async function readStatus(
  { agent, clock, call }: ReadingInput,
  names: Nodes,
): Promise<Map<string, Read>> {
  const asked = nowOf(clock)
  const read = new Map<string, Read>()
  let heard = asked
  let stood = false
  await gather(agent.status(names, call), (outcome) => {
    // Where nothing was heard for longer, all that follows may have lain here unread since the nodes were asked.
    stood ||= elapsed(heard, clock) > PROMPT_MS
    heard = nowOf(clock)
    read.set(outcome.node, { outcome, since: stood ? asked : heard })
  })
  return read
}

/** Tells apart what is ours, with its message; everything else has its result at once. */
function sortOut(
  read: ReadonlyMap<string, Read>,
  names: Nodes,
  run: string,
  set: SetResult,
): readonly Ours[] {
  const ours: Ours[] = []
  for (const node of names) {
    const { outcome, since } = read.get(node) ?? {}
    if (outcome === undefined || since === undefined || !outcome.ok) {
      set(node, 'no answer', outcome?.ok === false ? outcome.problem.message : 'did not answer')
      continue
    }
    const { enabled, message } = outcome.value
    if (enabled) set(node, 'was enabled', 'already enabled, not by this command')
    else if (runOfLockText(message) === run) ours.push({ node, message: message ?? '', since })
    else set(node, 'foreign', `left alone: disabled by somebody else: "${message ?? ''}"`)
  }
  return ours
}

import { messageOf } from '../../errors/message-of.js'
import type { Moment } from '../../ports/clock.js'
import type { Attempt, Evidence, NodeAgent, NodeStatus, Verdict } from '../../providers/agent.js'
import type { Witness } from '../../providers/witness.js'
import type { Signal } from '../events.js'
import { pushVerdict, type Ports } from './perform.js'

/** A node's own word, and what it is judged by. */
export interface OwnWord {
  readonly node: number
  readonly attempt: Attempt
  readonly settled: NodeStatus
  readonly evidence: readonly Evidence[]
  /** Why the node could not say how its run ended; it is asked again where no witness can either. */
  readonly silence?: string
}

/** What a witness said of a run. */
export interface Told {
  readonly run: string
  readonly report: Evidence
  /** Nothing more can be learned of it: the witness gave what the run's log tells, or knows no logs. */
  readonly whole: boolean
}

/** What the witness of a run has told, and the nodes whose verdict waits for its word. */
export interface Witnesses {
  /** What was told of the run that was requested; undefined: nothing yet. */
  of(node: number, attempt: Attempt, settled: NodeStatus): Told | undefined
  /** Judges the node as soon as its report is there, with its log if that is needed, or without when patience is over. */
  await(word: OwnWord): void
  /** Asks the witness until the run is over. Never rejects. */
  watch(over: AbortSignal): Promise<void>
}

/** A report each of the last runs: one may be of a run before ours, one of a run that slipped in behind it. */
const KEPT = 3

/** Most runs whose logs are asked for in one question: a small one is 5 kB, one with diffs far more. */
const LOGS_AT_ONCE = 50

/** Of a verdict that a report would have made a success. */
const LOG_UNREAD =
  'a witness has a good report of the run, but its log could not be read in time: that the postrun command failed would not show'

/**
 * Whether the report is all that proves a success, and its log is still to be read: a postrun command that failed shows
 * there alone.
 */
export function needsLog(
  agent: NodeAgent,
  { attempt, settled, evidence }: OwnWord,
  { report, whole }: Told,
): boolean {
  if (whole || isSuccess(agent.judge(attempt, settled, evidence))) return false
  return isSuccess(agent.judge(attempt, settled, [...evidence, report]))
}

/** Whether the report alone decides: nothing more can be learned. */
export function isToldBy(
  agent: NodeAgent,
  { attempt, settled }: OwnWord,
  report: Evidence | undefined,
): boolean {
  if (report === undefined) return false
  const verdict = agent.judge(attempt, settled, [report])
  return isSuccess(verdict) || verdict.result === 'failed'
}

function isSuccess({ result }: Verdict): boolean {
  return result === 'changed' || result === 'unchanged'
}

export function witnessesOf(witness: Witness, ports: Ports): Witnesses {
  const { state, agent, clock, inbox, call } = ports
  const told = new Map<number, Map<string, Told>>()
  const waiting = new Map<number, OwnWord & { readonly until: Moment }>()
  const signal = (one: Signal): void => inbox.push({ heard: 'signal', signal: one })

  function of(node: number, attempt: Attempt, settled: NodeStatus): Told | undefined {
    const all = [...(told.get(node)?.values() ?? [])]
    return all.findLast(({ report }) => agent.recognises?.(attempt, report, settled))
  }

  /** @returns nodes in flight whose run has ended, as was told just now */
  function hear(sightings: Awaited<ReturnType<Witness['sightings']>>): number[] {
    const ended: number[] = []
    for (const { node: name, run, evidence } of sightings) {
      const node = state.index.numberOf.get(name)
      if (node === undefined) continue
      const runs = told.get(node) ?? new Map<string, Told>()
      told.set(node, runs)
      if (runs.has(run)) continue
      runs.set(run, { run, report: evidence, whole: witness.withLogs === undefined })
      if (runs.size > KEPT) runs.delete(runs.keys().next().value as string)
      const { stage, attempt } = state.nodes[node] ?? {}
      if (stage === 'running' && attempt && agent.recognises?.(attempt, evidence)) ended.push(node)
    }
    return ended
  }

  /** Has the logs read that verdicts wait for. Never rejects: the provider says why, and they are asked for again. */
  async function readLogs(): Promise<void> {
    try {
      const runs = [...waiting.values()].flatMap((word) => {
        const found = of(word.node, word.attempt, word.settled)
        return found !== undefined && needsLog(agent, word, found) ? [found.run] : []
      })
      for (let from = 0; from < runs.length; from += LOGS_AT_ONCE) {
        const some = runs.slice(from, from + LOGS_AT_ONCE)
        for (const { node, run, evidence } of (await witness.withLogs?.(some, call)) ?? []) {
          const known = told.get(state.index.numberOf.get(node) ?? -1)
          if (known?.has(run)) known.set(run, { run, report: evidence, whole: true })
        }
      }
    } catch {
      // What waits for them waits on, at most for as long as the witness has patience.
    }
  }

  function conclude(word: OwnWord & { readonly until: Moment }, now: Moment): void {
    const found = of(word.node, word.attempt, word.settled)
    const unread = found !== undefined && needsLog(agent, word, found)
    if ((found === undefined || unread) && now < word.until) return
    waiting.delete(word.node)
    const report = unread ? undefined : found?.report
    if (word.silence !== undefined && !isToldBy(agent, word, report)) {
      silent(word.node, now, word.silence)
    } else pushVerdict(ports, word, report, unread ? [LOG_UNREAD] : [])
  }

  const silent = (node: number, askedAt: Moment, message: string): void =>
    inbox.push({ heard: 'silence', askedAt, question: 'evidence', node, message })

  /** Who has waited long enough, or for nothing more. */
  function judgeWaiting(now: Moment): void {
    for (const [node, word] of waiting) {
      try {
        conclude(word, now)
      } catch (error) {
        // An agent that cannot judge is silence, as it is when a node answers.
        waiting.delete(node)
        silent(node, now, messageOf(error))
      }
    }
  }

  async function ask(): Promise<void> {
    let answers = true
    try {
      const nodes = hear(await witness.sightings(call))
      if (nodes.length > 0) signal({ type: 'sighted', at: clock.now(), nodes })
    } catch {
      // The provider says why. Until it answers again the nodes are asked as if there were none.
      answers = false
    }
    const at = clock.now()
    if (answers !== state.witnessAnswers) signal({ type: 'witness', at, answers })
    if (answers && waiting.size > 0 && witness.withLogs !== undefined) await readLogs()
    judgeWaiting(clock.now())
  }

  return {
    of,
    await(word) {
      waiting.set(word.node, { ...word, until: clock.now() + witness.patience })
    },
    async watch(over) {
      let begun = false
      while (!over.aborted) {
        const begins = state.phase !== 'look' && state.phase !== 'confirm'
        // Once before the first run, so that what is told later is told of runs of this run's time.
        if (begins && (!begun || state.slots > 0)) {
          await ask()
          begun = true
        }
        await clock.sleepUntil(clock.now() + witness.pause, over).catch(() => undefined)
      }
    },
  }
}

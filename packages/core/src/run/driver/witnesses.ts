import type { Moment } from '../../ports/clock.js'
import type { Attempt, Evidence, NodeStatus } from '../../providers/agent.js'
import type { Witness } from '../../providers/witness.js'
import type { Signal } from '../events.js'
import { pushVerdict, type Ports } from './perform.js'

/** A node's own word, and what it is judged by. */
export interface OwnWord {
  readonly node: number
  readonly attempt: Attempt
  readonly settled: NodeStatus
  readonly evidence: readonly Evidence[]
}

/** What the witness of a run has told, and the nodes whose verdict waits for its word. */
export interface Witnesses {
  /** What was told of the run that was requested; undefined: nothing yet. */
  of(node: number, attempt: Attempt, settled: NodeStatus): Evidence | undefined
  /** Judges the node as soon as its report is there, or as it is when patience is over. */
  await(word: OwnWord): void
  /** Asks the witness until the run is over. Never rejects. */
  watch(over: AbortSignal): Promise<void>
}

/** A report each of the last runs: one may be of a run before ours, one of a run that slipped in behind it. */
const KEPT = 3

export function witnessesOf(witness: Witness, ports: Ports): Witnesses {
  const { state, agent, clock, inbox, call } = ports
  const told = new Map<number, Map<string, Evidence>>()
  const waiting = new Map<number, OwnWord & { readonly until: Moment }>()
  const signal = (one: Signal): void => inbox.push({ heard: 'signal', signal: one })

  function of(node: number, attempt: Attempt, settled: NodeStatus): Evidence | undefined {
    const all = [...(told.get(node)?.values() ?? [])]
    return all.findLast((evidence) => agent.recognises?.(attempt, evidence, settled))
  }

  /** @returns nodes in flight whose run has ended, as was told just now */
  function hear(sightings: Awaited<ReturnType<Witness['sightings']>>): number[] {
    const ended: number[] = []
    for (const { node: name, run, evidence } of sightings) {
      const node = state.index.numberOf.get(name)
      if (node === undefined) continue
      const runs = told.get(node) ?? new Map<string, Evidence>()
      told.set(node, runs)
      if (runs.has(run)) continue
      runs.set(run, evidence)
      if (runs.size > KEPT) runs.delete(runs.keys().next().value as string)
      const { stage, attempt } = state.nodes[node] ?? {}
      if (stage === 'running' && attempt && agent.recognises?.(attempt, evidence)) ended.push(node)
    }
    return ended
  }

  /** Who has waited long enough, or for nothing more. */
  function judgeWaiting(now: Moment): void {
    for (const [node, word] of waiting) {
      const report = of(node, word.attempt, word.settled)
      if (report === undefined && now < word.until) continue
      waiting.delete(node)
      try {
        pushVerdict(ports, word, report)
      } catch (error) {
        // An agent that cannot judge is silence, as it is when a node answers.
        const message = error instanceof Error ? error.message : String(error)
        inbox.push({ heard: 'silence', askedAt: now, question: 'evidence', node, message })
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
    judgeWaiting(at)
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

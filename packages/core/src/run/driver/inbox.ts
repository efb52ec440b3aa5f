import type { Evidence, NodeStatus, Outcome, Verdict } from '../../providers/agent.js'
import type { Moment } from '../../ports/clock.js'
import type { ChangeAnswer, Question, Signal } from '../events.js'

/** What the driver heard and has not folded yet. */
export type Heard =
  | { readonly heard: 'signal'; readonly signal: Signal }
  | { readonly heard: 'answer'; readonly intent: number; readonly answer: ChangeAnswer }
  | {
      readonly heard: 'status'
      readonly askedAt: Moment
      readonly node: number
      readonly status: NodeStatus
    }
  | {
      readonly heard: 'silence'
      readonly askedAt: Moment
      readonly question: Question
      readonly node: number
      readonly message: string
    }
  | {
      readonly heard: 'verdict'
      readonly node: number
      readonly attempt: number
      readonly verdict: Verdict
      /** What witnesses said that it took into account. */
      readonly witnesses: readonly Evidence[]
    }

/** Answers wait here until the loop folds them; pushing wakes the loop. */
export interface Inbox {
  push(heard: Heard): void
  /** What came since, in order; at most `most`. */
  take(most: number): readonly Heard[]
  readonly empty: boolean
  /** Resolves when something is there, or at a nudge. */
  arrival(): Promise<void>
  /** Wakes who waits for an arrival, though nothing came. */
  nudge(): void
}

export function createInbox(): Inbox {
  let items: Heard[] = []
  let wake: (() => void) | null = null
  const nudge = (): void => {
    wake?.()
    wake = null
  }
  return {
    nudge,
    push(heard) {
      items.push(heard)
      nudge()
    },
    take(most) {
      if (items.length <= most) {
        const all = items
        items = []
        return all
      }
      return items.splice(0, most)
    },
    get empty() {
      return items.length === 0
    },
    arrival() {
      return items.length > 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            wake = resolve
          })
    },
  }
}

/** What an outcome of a change says to the fold. */
export function changeAnswer(node: number, outcome: Outcome<unknown>): ChangeAnswer {
  if (outcome.ok) {
    const at = (outcome.value as { at?: unknown } | null)?.at
    return { node, effect: 'done', ...(typeof at === 'number' ? { startedAt: at } : {}) }
  }
  const { problem, effect } = outcome
  // What never left is no silence: nothing can come of it.
  const silent = problem.silence !== undefined && problem.silence !== 'not-sent'
  return {
    node,
    effect,
    code: problem.code,
    message: problem.message,
    ...(silent ? { silent } : {}),
  }
}

import type { Evidence, NodeStatus, Outcome, Verdict } from '../../providers/agent.js'
import type { Clock, Moment } from '../../ports/clock.js'
import { soon } from '../asking/when.js'
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

/**
 * Answers wait here until the loop folds them. What nodes say is gathered until the moment at which what follows from
 * it would leave (`soon`): so a thousand answers of a quarter second are one event, one record and one decision, and
 * nothing is later for it. All else wakes the loop at once.
 */
export interface Inbox {
  push(heard: Heard): void
  /** What waits no longer, in order; at most `most`. */
  take(most: number): Taken
  /** Resolves when something is there that waits no longer, or at a nudge. */
  arrival(): Promise<void>
  /** Wakes who waits for an arrival, though nothing came. */
  nudge(): void
}

interface Taken {
  readonly heard: readonly Heard[]
  /** All of it was heard by then. */
  readonly at: Moment
}

/** A timer that rings so late rang in time: what was heard until its moment is known at that moment. */
const LATE_MS = 50

/** @param over aborts when nobody takes anything any more */
export function createInbox(clock: Clock, over: AbortSignal): Inbox {
  let items: { readonly heard: Heard; readonly at: Moment }[] = []
  let wake: (() => void) | null = null
  /** Until when what nodes say is gathered; Infinity: they said nothing. */
  let gatheredAt: Moment = Infinity
  /** Something is there that waits for nothing. */
  let urgent = false
  const nudge = (): void => {
    wake?.()
    wake = null
  }
  const gather = (from: Moment): void => {
    gatheredAt = soon(from)
    void clock.sleepUntil(gatheredAt, over).then(nudge, () => undefined)
  }
  const isRipe = (now: Moment): boolean => urgent || now >= gatheredAt

  function take(most: number): Taken {
    const now = clock.now()
    if (!isRipe(now)) return { heard: [], at: now }
    const at = urgent || now - gatheredAt > LATE_MS ? now : gatheredAt
    const later = items.findIndex((item) => item.at > at)
    const ripe = later < 0 ? items.length : later
    const taken = items.slice(0, Math.min(most, ripe))
    items = items.slice(taken.length)
    urgent = taken.length < ripe
    gatheredAt = Infinity
    const [next] = items
    if (next !== undefined && !urgent) gather(next.at)
    return { heard: taken.map(({ heard }) => heard), at }
  }

  return {
    nudge,
    push(heard) {
      const at = clock.now()
      items.push({ heard, at })
      if (heard.heard === 'signal') {
        urgent = true
        nudge()
      } else if (gatheredAt === Infinity) gather(at)
    },
    take,
    arrival() {
      return isRipe(clock.now()) ? Promise.resolve() : new Promise((resolve) => (wake = resolve))
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
  const unsent = problem.silence === 'not-sent'
  const silent = problem.silence !== undefined && !unsent
  return {
    node,
    effect,
    code: problem.code,
    message: problem.message,
    ...(silent ? { silent } : {}),
    ...(unsent ? { unsent } : {}),
  }
}

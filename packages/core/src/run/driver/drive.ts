import { messageOf } from '../../errors/message-of.js'
import { decide } from '../decide.js'
import type { Call, Notice } from '../../providers/common.js'
import type { Moment } from '../../ports/clock.js'
import type { Created } from '../create-state.js'
import type { Decision, Effect } from '../effects.js'
import type { RunEvent, Signal } from '../events.js'
import type { Prober } from '../policy/gate.js'
import type { RunInput } from '../run-input.js'
import { lookRound } from '../look/look-round.js'
import { reduce } from '../reduce/reduce.js'
import { nextDue } from '../rules/due.js'
import type { RunState } from '../state.js'
import type { Journal, Lease } from '../../providers/store.js'
import { eventsOf, foldChecked, foldObserved, partsOf } from './fold-heard.js'
import { guard } from './guard.js'
import { createInbox } from './inbox.js'
import { createJournalWriter } from './journal-writer.js'
import { makeChecks } from './make-checks.js'
import { ask, withdraw, type Ports } from './perform.js'
import { hindrance, isLeaseLost, sendChange } from './send-change.js'
import { witnessesOf } from './witnesses.js'

export interface DriveInput extends Omit<RunInput, 'run' | 'plan' | 'options' | 'store'> {
  readonly state: RunState
  readonly journal: Journal
  readonly lease: Lease
  /** The event to begin with: a run is created, or gone on with. */
  readonly first: Created | Resumed
  /** Told first of all. */
  readonly notice?: Notice
  /** Events that the journal holds already. */
  readonly written: number
}

type Resumed = Extract<RunEvent, { type: 'resumed' }>

/** Answers folded in one go: a large site's answers must not hold up the event loop. */
const MOST_AT_ONCE = 2_000

/**
 * The loop: fold what was heard, decide, perform, wait for the next answer or the next thing that is due.
 * Ends with the run; nothing in it throws for what nodes, transports or stores do.
 */
export async function drive(input: DriveInput): Promise<void> {
  const { state, agent, clock, lease } = input
  const over = new AbortController()
  const inbox = createInbox(clock, over.signal)
  // A hard interrupt, and a lease that is lost, end what is asked; the journal is written to the end all the same.
  const asked = new AbortController()
  const may = guard(lease, clock)
  const call: Call = {
    signal: asked.signal,
    // Questions too: whoever slept since it was seen that they may be put, and was taken over, sends none.
    async beforeSend() {
      if (!(await may.mayAsk())) throw new Error('another process took the run over')
    },
  }
  const unstoppable = { signal: new AbortController().signal }
  const position = { epoch: lease.epoch, seq: input.written }
  const writer = createJournalWriter(input.journal, position, clock, unstoppable, (error) => {
    lose(isLeaseLost(error) ? 'lease-lost' : 'store-lost', messageOf(error))
  })
  const store = hindrance(clock, (message) => {
    const signal: RunEvent = { type: 'store-lost', at: clock.now(), message, hindered: true }
    inbox.push({ heard: 'signal', signal })
  })
  const probe = input.probe ?? noProber
  const transport = { asks: false }
  const plain: Ports = { state, agent, clock, inbox, call, probe, transport, ...may }
  const witnesses = input.witness && witnessesOf(input.witness, plain)
  const ports: Ports = { ...plain, ...(witnesses && { witnesses }) }
  let confirming = false
  /** The next moment at which the loop wakes by itself. */
  let alarm: Moment = Infinity

  function lose(type: 'store-lost' | 'lease-lost', message: string): void {
    inbox.push({ heard: 'signal', signal: { type, at: clock.now(), message } })
  }

  function keep(events: readonly RunEvent[]): void {
    writer.add(events)
    input.onEvents(events)
  }

  function fold(signals: readonly Signal[]): void {
    for (const signal of signals) {
      if (signal.type === 'observed') {
        const nodes = foldObserved(state, signal, (event) => reduce(state, event))
        if (nodes.length > 0) keep([{ ...signal, nodes }])
        continue
      }
      if (signal.type === 'checked') {
        const nodes = foldChecked(state, signal, (event) => reduce(state, event))
        if (nodes.length > 0) keep([{ ...signal, nodes }])
        continue
      }
      reduce(state, signal)
      if (isKept(signal)) keep([signal])
    }
  }

  function record(decision: Decision): void {
    fold([{ ...decision, at: clock.now() } as RunEvent])
  }

  async function intend(effect: Extract<Effect, { do: 'change' }>): Promise<void> {
    const id = state.nextIntent
    const { do: _, ...intent } = effect
    // Our process may have stood still since it was planned, right behind what the node had said.
    const planned = effect.nodes.map((n) => state.nodes[n]?.todoAt ?? Infinity)
    const at = planned.reduce((first, one) => Math.min(first, one), clock.now())
    record({ type: 'intent', id, ...intent })
    if (!(await writer.durable()) || state.storeLost) {
      return withdraw(ports, id, effect.nodes, 'store-lost', 'the journal cannot be written')
    }
    await sendChange(ports, id, effect, at, store)
  }

  async function confirm(): Promise<void> {
    const answer = await clock.hold(input.confirm())
    const at = clock.now()
    const signal: RunEvent =
      answer === 'declined' ? { type: 'declined', at } : { type: 'confirmed', at, by: answer }
    inbox.push({ heard: 'signal', signal })
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'record':
        return record(effect.event)
      case 'confirm':
        if (!confirming) void confirm()
        confirming = true
        return
      case 'ask':
        fold([{ type: 'asked', at: clock.now(), question: effect.question, nodes: effect.nodes }])
        return void ask(ports, effect.question, effect.nodes)
      case 'check':
        fold([{ type: 'asked', at: clock.now(), question: 'check', nodes: effect.nodes }])
        return makeChecks(ports, effect.nodes)
      case 'change':
        return void intend(effect)
    }
  }

  async function look(): Promise<void> {
    try {
      const { plan, options, adopts } = state
      const { findings: known } = input
      const looked = lookRound({ ...plain, plan, options, adopts, ...(known && { known }) })
      for await (const nodes of looked) {
        inbox.push({ heard: 'signal', signal: { type: 'looked', at: clock.now(), nodes } })
      }
    } catch (error) {
      // A fault of the agent: nobody would ever finish the look.
      const reason = `the look failed: ${messageOf(error)}`
      const signal: RunEvent = { type: 'refused', at: clock.now(), code: 'look-failed', reason }
      inbox.push({ heard: 'signal', signal })
    }
  }

  function interrupt(level: 'soft' | 'hard', signal: AbortSignal): void {
    const by = typeof signal.reason === 'string' ? signal.reason : 'the operator'
    inbox.push({ heard: 'signal', signal: { type: 'cancel', at: clock.now(), level, by } })
    if (level === 'hard') asked.abort(signal.reason)
  }

  function onLost(): void {
    const { message } = lease.lost.reason as Error
    inbox.push({ heard: 'signal', signal: { type: 'lease-lost', at: clock.now(), message } })
    asked.abort(lease.lost.reason)
  }

  function notice({ level, code, message }: Notice): void {
    if (level === 'debug') return
    const at = clock.now()
    inbox.push({ heard: 'signal', signal: { type: 'notice', at, level, code, message } })
  }

  const onSoft = (): void => interrupt('soft', input.soft)
  const onHard = (): void => interrupt('hard', input.hard)
  input.soft.addEventListener('abort', onSoft)
  input.hard.addEventListener('abort', onHard)
  lease.lost.addEventListener('abort', onLost)
  if (lease.lost.aborted) onLost()
  if (input.soft.aborted) onSoft()
  if (input.hard.aborted) onHard()

  const deaf = input.listen?.(notice)
  reduce(state, input.first)
  keep([input.first])
  if (input.notice) notice(input.notice)
  if (state.phase === 'look') void look()
  void witnesses?.watch(over.signal)
  try {
    await loop()
  } catch (error) {
    // A bug of ours: nobody goes on with the nodes, but what is known of them is reported (promises, S5).
    const by = `an internal error: ${messageOf(error)}`
    record({ type: 'cancel', level: 'hard', by })
    decideAll()
    if (!hasEnded(state)) throw error
  } finally {
    deaf?.()
    input.soft.removeEventListener('abort', onSoft)
    input.hard.removeEventListener('abort', onHard)
    lease.lost.removeEventListener('abort', onLost)
    over.abort()
    await writer.durable()
  }

  async function loop(): Promise<void> {
    while (!hasEnded(state)) {
      const { heard, at } = inbox.take(MOST_AT_ONCE)
      for (const part of partsOf(heard)) fold(eventsOf(part, state, agent, at))
      decideAll()
      if (hasEnded(state)) return
      // More came than is folded in one go: all that waits for the event loop has its turn in between.
      if (heard.length === MOST_AT_ONCE) await clock.sleepUntil(clock.now() + 1, over.signal)
      else await next()
    }
  }

  function decideAll(): void {
    for (;;) {
      const effects = decide(state, clock.now())
      for (const effect of effects) perform(effect)
      if (effects.length === 0 || effects[0]?.do === 'confirm') return
    }
  }

  /** Until something arrives or is due. */
  async function next(): Promise<void> {
    const due = nextDue(state)
    const arrival = inbox.arrival()
    if (due < alarm) {
      alarm = due
      // One that is no longer needed is left to wake for nothing: to abort it costs more than a turn of the loop.
      const rings = (): void => {
        if (alarm === due) alarm = Infinity
        inbox.nudge()
      }
      void clock.sleepUntil(due, over.signal).then(rings, () => undefined)
    }
    await arrival
  }
}

/** Signals that move timers only are not journalled: a resumed run asks anew. */
function isKept(signal: Signal): signal is RunEvent {
  return !['asked', 'sent', 'sighted', 'witness'].includes(signal.type)
}

/** Whoever gives a run checks gives it what makes them. */
const noProber: Prober = () => Promise.resolve({ passed: false, message: 'nobody can check it' })

function hasEnded(state: RunState): boolean {
  return state.phase === 'ended'
}

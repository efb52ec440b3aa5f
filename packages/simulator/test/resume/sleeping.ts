import {
  executeRun,
  resumeRun,
  type Call,
  type Clock,
  type Journal,
  type Lease,
  type NodeAgent,
  type Outcome,
  type RunInput,
  type RunReport,
  type RunStore,
} from '@choirmaster/core'
import type { MemoryStore } from '@choirmaster/core/testing'

/** No sign of life for so long, and the lease can be taken over. */
const LEASE_MS = 30_000

/** Where the process is stopped (SIGSTOP), counted from 1. */
export interface Sleep {
  readonly where: 'after the append' | 'signed, not sent' | 'before the answer'
  readonly at: number
  /** When it goes on: once the run was taken over, or once whoever took over has ended it. */
  readonly until: 'taken over' | 'ended'
}

export interface Slept {
  /** What the sleeper's own report says. */
  readonly sleeper: RunReport
  /** Answers to requests of the sleeper's that left after it woke up. */
  readonly sent: number
}

/**
 * The real engine, stopped at one point: it hears nothing more, and its lease passes. Another process takes the run
 * over and the sleeper wakes up, without having heard of it. The report is that of who took over.
 */
export function sleeping(sleep: Sleep, onWoken: (slept: Slept) => void) {
  return async (input: RunInput): Promise<RunReport> => {
    let count = 0
    let asleep = false
    let woken = false
    let sent = 0
    let wake: () => void = () => undefined
    let awake = Promise.resolve()
    let fallsAsleep: () => void = () => undefined
    const stopped = new Promise<void>((resolve) => (fallsAsleep = resolve))
    const stopAt = (where: Sleep['where']): void => {
      if (where !== sleep.where || woken || asleep || ++count !== sleep.at) return
      asleep = true
      awake = new Promise((resolve) => (wake = resolve))
      fallsAsleep()
    }

    const clock: Clock = {
      ...input.clock,
      async sleepUntil(moment, signal) {
        await input.clock.sleepUntil(moment, signal)
        await awake
      },
      // The world does not wait for who is stopped.
      hold: (work) => {
        void input.clock.hold(Promise.race([work.catch(() => undefined), stopped]))
        return work
      },
    }
    const lease = (real: Lease): Lease => {
      // It hears of the take-over when it asks: its heartbeat slept too.
      const lost = new AbortController()
      return {
        ...real,
        lost: lost.signal,
        async check() {
          stopAt('signed, not sent')
          await awake
          await real.check().catch((error: unknown) => {
            lost.abort(error)
            throw error
          })
        },
      }
    }
    const journal = (real: Journal): Journal => ({
      ...real,
      async append(events, at, call) {
        await awake
        // What was being written when it was stopped is written.
        const late = woken
        await real.append(events, at, call)
        if (!late) input.onEvents(events)
        stopAt('after the append')
        await awake
      },
    })
    const store: RunStore = {
      ...input.store,
      create: async (...args) => journal(await input.store.create(...args)),
      lock: async (...args) => lease(await input.store.lock(...args)),
    }
    async function* call<T>(request: () => AsyncIterable<Outcome<T>>): AsyncGenerator<Outcome<T>> {
      await awake
      const late = woken
      for await (const answer of request()) {
        const left = answer.ok || answer.problem.silence !== 'not-sent'
        if (late && left) sent++
        stopAt('before the answer')
        await awake
        yield answer
      }
      await awake
    }
    const { agent } = input
    const permissions = agent.permissions?.bind(agent)
    const drowsy: NodeAgent = {
      ...agent,
      status: (...args) => call(() => agent.status(...args)),
      disable: (...args) => call(() => agent.disable(...args)),
      enable: (...args) => call(() => agent.enable(...args)),
      requestRun: (...args) => call(() => agent.requestRun(...args)),
      evidence: (...args) => call(() => agent.evidence(...args)),
      ...(permissions && { permissions: (...args) => call(() => permissions(...args)) }),
    }
    const first = executeRun({ ...input, clock, store, agent: drowsy, onEvents: () => undefined })
    const finished = await Promise.race([first, stopped])
    if (finished !== undefined) return finished

    await input.clock.sleepUntil(input.clock.now() + LEASE_MS, new AbortController().signal)
    ;(input.store as MemoryStore).orphan(input.run)
    const { plan: _plan, options: _options, confirm: _confirm, ...rest } = input
    const getUp = (): void => {
      woken = true
      asleep = false
      wake()
    }
    const watched: RunStore = {
      ...input.store,
      open: async (...args) => {
        const real = await input.store.open(...args)
        return {
          ...real,
          append: async (events: Parameters<Journal['append']>[0], at, call: Call) => {
            await real.append(events, at, call)
            input.onEvents(events)
            if (sleep.until === 'taken over' && !woken) getUp()
          },
        }
      },
    }
    try {
      return await resumeRun({ ...rest, store: watched, onEvents: () => undefined })
    } finally {
      if (!woken) getUp()
      onWoken({ sleeper: await first, sent })
    }
  }
}

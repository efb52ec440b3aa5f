import {
  executeRun,
  resumeRun,
  type Clock,
  type Journal,
  type Milliseconds,
  type NodeAgent,
  type ResumeInput,
  type RunInput,
  type RunReport,
  type RunStore,
} from '@choirmaster/core'
import type { Call } from '@choirmaster/core/provide'
import type { MemoryStore } from '@choirmaster/core/testing'
import { quickTurn } from '../engine/quick-turn.js'

/**
 * Where the process dies, counted from 1 over all appends, over all requests to nodes, or over those for runs.
 * 'after the request': at its first answer. 'as the request leaves' and 'as it asks for a run': in the moment in which it
 * leaves, so that what it does may still come for H while somebody else goes on.
 */
export interface Crash {
  readonly where:
    | 'before the append'
    | 'after the append'
    | 'before the request'
    | 'as the request leaves'
    | 'after the request'
    | 'as it asks for a run'
  readonly at: number
  /** Appends that a weak store had acknowledged and then loses. */
  readonly lost?: number
  /** By so many seconds the clock of the machine that goes on is ahead of the one before, or behind it. */
  readonly apart?: number
  /** Whoever goes on is killed too, and a third process goes on with what both left. */
  readonly again?: Pick<Crash, 'where' | 'at' | 'lost'>
}

/**
 * The real engine, killed at one point: from then on it sends nothing, writes nothing and hears nothing, and another
 * process goes on with what it left, by default it resumes the run from the journal. `onEvents` sees what is durable and
 * nothing else.
 */
export function crashing(
  crash: Crash,
  onCrash: () => void = () => undefined,
  goOn: (input: ResumeInput) => Promise<RunReport> = resumeRun,
): (input: RunInput) => Promise<RunReport> {
  const { again } = crash
  return killed(executeRun, crash, onCrash, again ? killed(goOn, again, onCrash, goOn) : goOn)
}

/** @param run what is killed: a run, or one that goes on with what another left */
function killed<I extends ResumeInput>(
  run: (input: I) => Promise<RunReport>,
  crash: Crash,
  onCrash: () => void,
  goOn: (input: ResumeInput) => Promise<RunReport>,
) {
  return (input: I): Promise<RunReport> =>
    new Promise((resolve, reject) => {
      // Never settles: what a dead process was waiting for. One for each, as it holds all that waits for it in memory.
      const never = new Promise<never>(() => undefined)
      let dead = false
      let appends = 0
      let requests = 0
      let runs = 0
      let writing = Promise.resolve()
      let bury: () => void = () => undefined
      const die = (): Promise<never> => {
        dead = true
        bury()
        onCrash()
        const whole: ResumeInput & Partial<RunInput> = input
        const { plan: _plan, options: _options, confirm: _confirm, ...rest } = whole
        writing
          .catch(() => undefined)
          .then(() => {
            // Nobody hears its heartbeat any more.
            const store = input.store as MemoryStore
            store.orphan(input.run)
            store.forget(input.run, crash.lost ?? 0)
            return goOn({
              ...rest,
              clock: apart(input.clock, (crash.apart ?? 0) * 1_000),
              store: seen(input.store, input),
              onEvents: () => undefined,
            })
          })
          .then(resolve, reject)
        return never
      }

      const store = seen(input.store, input, async (append) => {
        if (dead) return never
        appends++
        if (crash.where === 'before the append' && appends === crash.at) return die()
        // A write that is under way when the process dies lands before anybody else reads.
        await (writing = append())
        if (crash.where === 'after the append' && appends === crash.at) return die()
      })

      async function* call<T>(request: () => AsyncIterable<T>): AsyncGenerator<T> {
        if (dead) await never
        requests++
        if (crash.where === 'before the request' && requests === crash.at) await die()
        if (crash.where === 'as the request leaves' && requests === crash.at) {
          await leave(request)
        }
        const dies = crash.where === 'after the request' && requests === crash.at
        for await (const answer of request()) {
          // The first answer is as good a moment as any: the request has left, and nobody hears it.
          if (dies && !dead) await die()
          if (dead) await never
          yield answer
        }
        if (dead) await never
      }

      async function* leaving<T>(request: () => AsyncIterable<T>): AsyncGenerator<T> {
        if (crash.where !== 'as it asks for a run' || ++runs !== crash.at) return yield* request()
        await leave(request)
      }

      const leave = async (request: () => AsyncIterable<unknown>): Promise<void> => {
        unheard(request()).catch(() => undefined)
        // It asks the store once more whether it may, which is still the same moment.
        await input.clock.hold(new Promise<void>((left) => quickTurn(left)))
        await die()
      }

      // Virtual time must not wait for what a dead process was writing.
      const gone = new Promise<void>((settle) => (bury = settle))
      /** What is asked of the world; who is dead by then hears no answer. */
      const alive = async <T>(ask: () => Promise<T>): Promise<T> => {
        if (dead) return never
        const answer = await ask()
        return dead ? never : answer
      }
      const clock: Clock = {
        ...input.clock,
        sleepUntil: (...args) => alive(() => input.clock.sleepUntil(...args)),
        hold: (work) => {
          void input.clock.hold(Promise.race([work.catch(() => undefined), gone]))
          return work
        },
      }
      const { agent } = input
      const permissions = agent.permissions?.bind(agent)
      const mortal: NodeAgent = {
        ...agent,
        status: (...args) => call(() => agent.status(...args)),
        disable: (...args) => call(() => agent.disable(...args)),
        enable: (...args) => call(() => agent.enable(...args)),
        requestRun: (...args) => call(() => leaving(() => agent.requestRun(...args))),
        evidence: (...args) => call(() => agent.evidence(...args)),
        ...(permissions && { permissions: (...args) => call(() => permissions(...args)) }),
      }
      const { witness } = input
      const withLogs = witness?.withLogs?.bind(witness)
      const mortalWitness = witness && {
        ...witness,
        sightings: (call: Call) => alive(() => witness.sightings(call)),
        ...(withLogs && {
          withLogs: (runs: readonly string[], call: Call) => alive(() => withLogs(runs, call)),
        }),
      }
      const mortalInput = { ...input, clock, store, agent: mortal, onEvents: () => undefined }
      run({ ...mortalInput, ...(mortalWitness && { witness: mortalWitness }) }).then(
        (report) => {
          if (!dead) resolve(report)
        },
        (error: unknown) => {
          if (!dead) reject(error as Error)
        },
      )
    })
}

/** It is on its way, and whoever asked is gone. */
async function unheard(answers: AsyncIterable<unknown>): Promise<void> {
  for await (const answer of answers) void answer
}

/** The same clock, set otherwise. */
function apart(clock: Clock, ms: Milliseconds): Clock {
  if (ms === 0) return clock
  return {
    ...clock,
    now: () => clock.now() + ms,
    wall: () => (clock.wall ?? clock.now)() + ms,
    sleepUntil: (moment, signal) => clock.sleepUntil(moment - ms, signal),
  }
}

/** A store whose durable events go to `onEvents`. */
function seen(
  store: RunStore,
  input: ResumeInput,
  around: (append: () => Promise<void>) => Promise<void> = (append) => append(),
): RunStore {
  const watch = (journal: Journal): Journal => ({
    ...journal,
    append: (events, at, call) =>
      around(async () => {
        await journal.append(events, at, call)
        input.onEvents(events)
      }),
  })
  return {
    ...store,
    create: async (...args) => watch(await store.create(...args)),
    open: async (...args) => watch(await store.open(...args)),
  }
}

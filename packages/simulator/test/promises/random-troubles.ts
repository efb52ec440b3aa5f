import { integerBelow } from '@choirmaster/core/testing'
import type { Random } from '@choirmaster/core'
import type { Simulation } from '../engine/simulate.js'
import type { Troubles } from '../engine/troubles.js'
import type { Crash } from '../resume/crashing.js'
import { WHERE } from './crash-of.js'
import { pick } from './random-faults.js'

/** What goes wrong on our own side in a seeded run, and what the operator does. */
export interface OwnSide extends Troubles {
  /** The operator interrupts, virtual seconds after the start. */
  readonly interrupt?: { readonly soft?: number; readonly hard?: number }
  /** Or when so many batches of events have been seen: at each state of a run, not only at those that last. */
  readonly interruptAtBatch?: number
  /** Virtual seconds after which no append goes well any more. */
  readonly loseStoreAt?: number
  /** The process is killed there, and another one resumes the run. */
  readonly crash?: Crash
  /** Somebody is told how runs end: all in time, or late, or not of all, or not while it is away. */
  readonly witness?: NonNullable<Simulation['witness']>
}

/** Most runs of a seed are over within so many appends or requests. */
const POINTS = 60

const crash = (random: Random): Crash => ({
  where: pick(random, WHERE),
  at: 1 + integerBelow(random, POINTS),
})

const suspended = (random: Random, longest: number): NonNullable<Troubles['suspended']> => ({
  append: 1 + integerBelow(random, POINTS),
  seconds: 1 + integerBelow(random, longest),
})

/**
 * Drawn from numbers of its own, so that a new trouble leaves the faults of each seed as they are.
 * In liveness mode only what goes away within the tries and deadlines of a run.
 * @param often how many times as likely as usual
 */
export function randomTroubles(random: Random, safety: boolean, often: number): OwnSide {
  const happens = (chance: number): boolean => random.next() < chance * often
  /** What keeps nodes from being run at all hides the rest. */
  const stops = (chance: number): boolean => random.next() < chance
  return safety
    ? {
        interrupt: {
          ...(stops(0.12) && { soft: random.next() * 300 }),
          ...(stops(0.05) && { hard: random.next() * 400 }),
        },
        ...(stops(0.05) && { interruptAtBatch: 1 + integerBelow(random, POINTS) }),
        ...(stops(0.05) && { loseStoreAt: random.next() * 200 }),
        ...(happens(0.08) && { crash: crash(random) }),
        ...(happens(0.06) && { suspended: suspended(random, 2_000) }),
        ...(happens(0.06) && { journalSlow: random.next() * 5 }),
        ...(happens(0.05) && {
          brokerAway: { at: random.next() * 300, seconds: pick(random, [5, 600, 1_200]) },
        }),
      }
    : {
        ...(happens(0.06) && { crash: crash(random) }),
        ...(happens(0.06) && { suspended: suspended(random, 600) }),
        ...(happens(0.06) && { journalSlow: random.next() * 2 }),
      }
}

/** Longer than a node's run takes, and than the patience that a verdict has. */
const LATEST_REPORT_MS = 120_000

/** Drawn from numbers of its own: whatever a seed was found for is met with and without a witness. */
export function randomWitness(random: Random): Pick<OwnSide, 'witness'> {
  if (random.next() < 0.65) return {}
  const happens = (chance: number): boolean => random.next() < chance
  const from = random.next() * 200
  return {
    witness: {
      ...(happens(0.3) && { lost: random.next() }),
      ...(happens(0.3) && { lag: random.next() * LATEST_REPORT_MS }),
      ...(happens(0.3) && { away: [[from, from + random.next() * 300]] as const }),
      ...(happens(0.1) && { logs: happens(0.5) ? ('silent' as const) : ('away' as const) }),
    },
  }
}

/** Most appends that a weak store forgets: the last seconds of what it acknowledged, not a whole run. */
const MOST_FORGOTTEN = 8

/** Of numbers of its own: half of the crashes meet a store that loses the end of what it acknowledged. */
export function withLostTail(random: Random, { crash }: OwnSide): Pick<OwnSide, 'crash'> {
  if (crash === undefined || random.next() < 0.5) return {}
  return { crash: { ...crash, lost: 1 + integerBelow(random, MOST_FORGOTTEN) } }
}

/** Of numbers of its own: half of those that die after a request do so in the moment in which it leaves. */
export function withLastMoment(random: Random, { crash }: OwnSide): Pick<OwnSide, 'crash'> {
  if (crash?.where !== 'after the request' || random.next() < 0.5) return {}
  return { crash: { ...crash, where: 'as the request leaves' } }
}

/**
 * Of numbers of its own: of a third of those that are killed the process that goes on is killed too. Sooner, as less is
 * left to do; where the store had lost something, every other time it does so once more.
 */
export function withSecondCrash(random: Random, { crash }: OwnSide): Pick<OwnSide, 'crash'> {
  if (crash === undefined || random.next() < 0.67) return {}
  const where = pick(random, [...WHERE, 'as the request leaves', 'as it asks for a run'] as const)
  const again = { where, at: 1 + integerBelow(random, POINTS / 2) }
  const loses = crash.lost !== undefined && random.next() < 0.5
  const lost = 1 + integerBelow(random, MOST_FORGOTTEN)
  return { crash: { ...crash, again: loses ? { ...again, lost } : again } }
}

/** Servers take no request that is older than a minute: clocks of those that speak to them are less apart. */
const MOST_APART = 20

/**
 * Of numbers of its own: half of the runs that are gone on with are so by a machine whose clock is set otherwise.
 * @param ahead whether it may be ahead of the one before
 */
export function withClockApart(
  random: Random,
  { crash }: OwnSide,
  ahead: boolean,
): Pick<OwnSide, 'crash'> {
  if (crash === undefined || random.next() < 0.5) return {}
  const apart = MOST_APART * (2 * random.next() - 1)
  return { crash: { ...crash, apart: ahead ? apart : -Math.abs(apart) } }
}

/** Drawn from numbers of its own: of a few runs nobody hears us any more from some moment on. */
export function randomIdentity(random: Random): Pick<OwnSide, 'identityEnds'> {
  return random.next() < 0.04 ? { identityEnds: random.next() * 600 } : {}
}

/** Of numbers of its own: for a while, shorter than a store counts as lost for it, nobody can tell whether a run is still ours. */
export function randomLease(random: Random): Pick<OwnSide, 'leaseUnsure'> {
  if (random.next() < 0.95) return {}
  const seconds = 5 + random.next() * 50
  return { leaseUnsure: { at: random.next() * 200, seconds, silent: random.next() < 0.5 } }
}

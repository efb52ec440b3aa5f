import { seededRandom } from '@choirmaster/core/testing'
import type { EngineOptions, PastRuns, Random, RunPlan } from '@choirmaster/core'
import type { FaultEntry, Scenario } from '../../src/index.js'
import type { Mode } from './modes.js'
import { BLOCKING, HARMFUL, pick, TRANSIENT, type RandomFault } from './random-faults.js'
import { randomOptions } from './random-options.js'
import { randomPast } from './random-past.js'
import { inParts, randomPlan } from './random-plan.js'
import { slips } from './random-slips.js'
import {
  randomIdentity,
  randomLease,
  randomTroubles,
  randomWitness,
  withClockApart,
  withLastMoment,
  withLostTail,
  withSecondCrash,
  type OwnSide,
} from './random-troubles.js'

export interface RandomCase {
  readonly plan: RunPlan
  readonly scenario: Scenario
  readonly options: Partial<EngineOptions>
  readonly own: OwnSide
  /** What past runs tell of run times. */
  readonly past?: PastRuns | undefined
}

/** Part of the harmful faults that the look finds: more would stop most runs before they begin. */
const BLOCKED = 0.12

/** Nodes of a site that meet faults, about; the rest is well. */
const MOST_FAULTY = 10

/** In harsh mode faults and troubles of our own side are so many times as likely. */
const HARSH = 4

const HARMS = [...HARMFUL, ...BLOCKING]

function harm(random: Random): FaultEntry {
  return pick(random, random.next() < BLOCKED ? BLOCKING : HARMFUL)(random)
}

/**
 * A request for a run is repeated once: of a node that loses both nobody can tell that it is well. A process that is killed
 * between the intent of a run and its request loses one too.
 */
const LOSES_A_RUN = ['silent', 'never-starts']

/** With these, a run of somebody else may end right before ours. */
const RUNS_BEFORE: readonly string[] = ['foreign-run', 'daemon']

function meetsAny(
  nodes: Readonly<Record<string, readonly FaultEntry[]>>,
  some: readonly string[],
): boolean {
  return Object.values(nodes).some((faults) => faults.some(({ fault }) => some.includes(fault)))
}

/** Whether two faults together cost more tries than a run has. */
function isTooMuch(one: FaultEntry, other: FaultEntry): boolean {
  return (
    one.fault === other.fault ||
    (LOSES_A_RUN.includes(one.fault) && LOSES_A_RUN.includes(other.fault))
  )
}

/** Options and troubles are drawn apart from the rest: any numbers that no seed comes near. */
const OPTIONS = 0x5eed0b5
const TROUBLES = 0x7b0b1e5
const WITNESS = 0x3717e55
const LOST_TAIL = 0x105eda7
const LAST_MOMENT = 0x1a57
const APART = 0xa9a27
const AGAIN = 0xa9a117
const PARTS = 0x9a275e7
const IDENTITY = 0x1de2717
const PAST = 0x9a57eed
const LEASE = 0x1ea5e

/** As are the faults that gates meet. */
const AFTER_RUNS = 0x9a7e5

/** What befalls nodes once their run is over: ports that open late or never, reboots that the run has asked for. */
function afterRuns(
  random: Random,
  safety: boolean,
  names: readonly string[],
  nodes: Record<string, FaultEntry[]>,
): void {
  for (const name of names) {
    const found: FaultEntry[] = []
    // Within the time of a gate, unless harm may be done.
    if (random.next() < 0.1) found.push({ fault: 'ports-closed', seconds: 90 * random.next() })
    else if (safety && random.next() < 0.05) {
      found.push({ fault: 'ports-closed', drops: random.next() < 0.5 })
    }
    if (safety && random.next() < 0.05) {
      const delay = 5 + random.next() * 40
      found.push({ fault: 'reboot', on: 'ended', delay, seconds: 30 + random.next() * 1_200 })
    }
    if (found.length > 0) nodes[name] = [...(nodes[name] ?? []), ...found]
  }
}

/** As are small steps of clocks, and runs of others at the same time. */
const SLIPS = 0x5119

/** Everything about a simulated run, from one seed. */
export function randomCase(seed: number, mode: Mode): RandomCase {
  const random = seededRandom(seed)
  const plan = inParts(seededRandom(seed ^ PARTS), randomPlan(random))
  const nodes: Record<string, FaultEntry[]> = {}
  const safety = mode !== 'liveness'
  const often = mode === 'harsh' ? HARSH : 1
  // A large site of which each node meets faults would never come far.
  const many = random.next() * Math.min(1, (often * MOST_FAULTY) / plan.nodes.length)
  // Every other run meets one harmful fault only, each in its turn: more of them hide each other.
  const victim = safety && seed % 2 === 1 ? pick(random, plan.nodes) : null
  const inTurn = HARMS[(seed >> 1) % HARMS.length] as RandomFault
  for (const name of plan.nodes) {
    const faults: FaultEntry[] = name === victim ? [inTurn(random)] : []
    while (faults.length < 3 && random.next() < many * 0.6) {
      const harmful = safety && victim === null && random.next() < 0.5
      const fault = harmful ? harm(random) : pick(random, TRANSIENT)(random)
      if (!safety && faults.some((one) => isTooMuch(one, fault))) continue
      faults.push(fault)
    }
    // The later of two faults of one reply is heard; a late reply that is only slow would be none.
    faults.sort((a, b) => Number(a.fault === 'late-reply') - Number(b.fault === 'late-reply'))
    if (faults.length > 0) nodes[name] = faults
  }
  afterRuns(seededRandom(seed ^ AFTER_RUNS), safety, plan.nodes, nodes)
  slips(seededRandom(seed ^ SLIPS), safety, plan.nodes, nodes)
  const drawn = randomTroubles(seededRandom(seed ^ TROUBLES), safety, often)
  const { crash: _, ...harmless } = drawn
  const troubles = safety || !meetsAny(nodes, LOSES_A_RUN) ? drawn : harmless
  const options = randomOptions(seededRandom(seed ^ OPTIONS), safety, plan)
  const own: OwnSide = {
    ...troubles,
    ...randomWitness(seededRandom(seed ^ WITNESS)),
    ...(safety && randomIdentity(seededRandom(seed ^ IDENTITY))),
    ...(safety && randomLease(seededRandom(seed ^ LEASE))),
    // What the store lost cannot be made good: nodes are unknown then.
    ...(safety && withLostTail(seededRandom(seed ^ LOST_TAIL), troubles)),
  }
  const killed = { ...own, ...withLastMoment(seededRandom(seed ^ LAST_MOMENT), own) }
  // A run that never showed is `unknown` where one before had ended within the seconds by which the clock is ahead.
  const ahead = safety || !(meetsAny(nodes, RUNS_BEFORE) || (options.failures?.retries ?? 0) > 0)
  const apart = { ...killed, ...withClockApart(seededRandom(seed ^ APART), killed, ahead) }
  return {
    plan,
    scenario: { seed, defaults: { run: { median: 20, sigma: 0.5 } }, nodes },
    options,
    own: {
      ...apart,
      // Two processes may lose two requests for a run.
      ...(safety && withSecondCrash(seededRandom(seed ^ AGAIN), apart)),
    },
    past: randomPast(seededRandom(seed ^ PAST), plan.nodes.length),
  }
}

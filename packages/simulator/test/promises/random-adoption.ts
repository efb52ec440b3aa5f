import { integerBelow, runPlan, seededRandom } from '@choirmaster/core/testing'
import type { Random } from '@choirmaster/core'
import type { FaultEntry, Scenario } from '../../src/index.js'
import type { Crash } from '../resume/crashing.js'
import { HARMFUL, pick, TRANSIENT } from './random-faults.js'

/** Two applications on two nodes each, one of which waits for the other. */
export const SITE = runPlan(
  [
    ['a', 'b'],
    ['c', 'd'],
  ],
  ['a>c', 'b>d'],
  {
    'App[x]': ['a', 'c'],
    'App[y]': ['b', 'd'],
  },
)

/** How the first run comes to its end, if not before; an interrupt: seconds after its start. */
type FirstEnd =
  | { readonly how: 'by itself' }
  | { readonly how: 'soft' | 'hard'; readonly at: number }
  | { readonly how: 'killed'; readonly crash: Crash }

/** A run on a small site, and one that takes over the nodes that it left. */
export interface Adoption {
  readonly seed: number
  readonly scenario: Scenario
  readonly weakStore: boolean
  readonly first: FirstEnd
  /** The second is killed there, and resumed. */
  readonly crash: Crash | null
  /** The second is interrupted so many seconds after its start. */
  readonly interrupt: number | null
}

/** Within this time the first run is interrupted, seconds: it lasts about as long. */
const LATEST_INTERRUPT = 120
/** The second is, if it is, mostly before its first request for a run. */
const LATEST_SECOND = 60
/** Appends or requests from which on a run has touched something, and how many more it has, about. */
const FIRST_POINT = 4
const POINTS = 40
/** Most appends that a weak store forgets, and one more. */
const FORGOTTEN = 8

/** What goes wrong on one node: half of them have a request that acts late, H is 80 s. */
function faults(random: Random): FaultEntry[] {
  const drawn: FaultEntry[] = []
  if (random.next() < 0.5) drawn.push(pick(random, TRANSIENT)(random))
  if (random.next() < 0.15) drawn.push(pick(random, HARMFUL)(random))
  if (random.next() < 0.5) {
    drawn.push({
      fault: 'late-effect',
      times: 1,
      seconds: 60 + integerBelow(random, 20),
      actions: [pick(random, ['disable', 'enable', 'runonce'])],
      after_calls: integerBelow(random, 5),
    })
  }
  return drawn
}

const WHERE: readonly Crash['where'][] = [
  'after the append',
  'before the request',
  'as the request leaves',
  'after the request',
]

const crash = (random: Random, weakStore: boolean): Crash => ({
  where: pick(random, WHERE),
  at: FIRST_POINT + integerBelow(random, POINTS),
  lost: weakStore ? integerBelow(random, FORGOTTEN) : 0,
})

/** Everything about the two runs, from one seed. */
export function randomAdoption(seed: number): Adoption {
  const random = seededRandom(seed)
  const nodes = Object.fromEntries(SITE.nodes.map((name) => [name, faults(random)]))
  const how = pick(random, ['hard', 'soft', 'killed', 'by itself'] as const)
  const at = random.next() * LATEST_INTERRUPT
  const weakStore = random.next() < 0.3
  const isKilled = random.next() < 0.4
  return {
    seed,
    scenario: { defaults: { run: 10, changes: 1 }, nodes },
    weakStore,
    first:
      how === 'by itself'
        ? { how }
        : how === 'killed'
          ? { how, crash: crash(random, weakStore) }
          : { how, at },
    crash: isKilled ? crash(random, weakStore) : null,
    interrupt: random.next() < 0.3 ? random.next() * LATEST_SECOND : null,
  }
}

// Past runs for the bench of the makespan: what a store would tell of the same fleet, and fleets whose nodes differ
// lastingly, which is what past runs can tell and a run cannot find out by itself.
import { pastRunsOf } from '@choirmaster/core'
import { seededRandom } from '@choirmaster/core/testing'

/** @typedef {{ sigma: number, apart: number, tail: number }} Fleet sigma of a node's runs, of nodes; part of long runs */

const MEDIAN_S = 60
const LONG_S = 600

/** So many runs are read from a store. */
const RUNS = 10
/** A run shows after 2 to 8 s, and is asked about from its request on. */
const SHOWS_S = [2, 8]

/**
 * @param {number} nodes
 * @param {Fleet} fleet
 * @param {number} seed
 * @returns {{ next: number[], past: import('@choirmaster/core').PastRuns | undefined }} seconds of the next run of each
 *   node, and what its past tells
 */
export function fleetWithPast(nodes, fleet, seed) {
  const random = seededRandom(seed)
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  /** @param {number} own */
  const draw = (own) =>
    random.next() < fleet.tail ? LONG_S : own * Math.exp(fleet.sigma * normal())
  const [least = 0, most = 0] = SHOWS_S
  /** @type {number[]} */
  const next = []
  const times = Array.from({ length: nodes }, () => {
    const own = MEDIAN_S * Math.exp(fleet.apart * normal())
    next.push(draw(own))
    return Array.from({ length: RUNS }, () => least + random.next() * (most - least) + draw(own))
  })
  return { next, past: pastRunsOf(times) }
}

// Kills the real process, resumes the run, and counts: how the nodes end, who was run twice, who was left disabled
// and not reported (bar 2 of the engine). Nodes are simulated ones on a real broker, on one clock with the engine.
//
//   node tools/crash/crash.mjs [--store file,nats] [--every 1] [--moments 200] [--nodes 200] [--speed 20] [--seed 1]
//
// --every N: of the points of a LAMP run (before and after each append, before each send, before each answer) each
// Nth. --moments N: so many random moments of a run of --nodes nodes.
// Needs a nats-server ($NATS_SERVER, on the PATH, or that of the lab, which takes Go) and compiled packages (npm start).
// Ends with 1 when something is not as it should be; where there is no broker it says so and ends with 0.
import { parseArgs } from 'node:util'
import { natsProgram } from '../bench/nats-program.mjs'
import { openHouse } from './house.mjs'
import { lamp, large } from './plans.mjs'

/**
 * What the process that is killed is told.
 * @typedef {object} Orders
 * @property {'run' | 'resume'} act
 * @property {string} run
 * @property {import('@choirmaster/core').RunPlan} plan
 * @property {'file' | 'nats'} store
 * @property {string} stream
 * @property {string} folder
 * @property {string} choriaConfig
 * @property {number} speed
 * @property {number} start moment of the fleet's clock at `realStart`
 * @property {number} realStart
 * @property {{ where: string, at: number }} [kill]
 */

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'file,nats' },
    every: { type: 'string', default: '1' },
    moments: { type: 'string', default: '200' },
    nodes: { type: 'string', default: '200' },
    speed: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const WHERE = ['before the append', 'after the append', 'before the send', 'before the answer']
/** More than a LAMP run has of any kind. */
const ENOUGH = 500

const program = await natsProgram()
if ('reason' in program) console.log(`Skipped: ${program.reason}`)
else process.exitCode = (await main(program)) ? 0 : 1

/** @param {[command: string, arg: string]} found what starts the broker */
async function main(found) {
  const house = await openHouse(found, Number(values.speed))
  const total = tally()
  try {
    for (const store of /** @type {('file' | 'nats')[]} */ (values.store.split(','))) {
      const points = tally()
      for (const where of WHERE) await atPoints(house, store, where, points)
      points.print(`store ${store}, LAMP, each ${values.every}. of its points`)
      const moments = tally()
      await atMoments(house, store, moments)
      moments.print(`store ${store}, ${values.nodes} nodes, random moments, seed ${values.seed}`)
      total.add(points)
      total.add(moments)
    }
  } finally {
    await house.close()
  }
  total.print('all')
  return total.good()
}

/**
 * @param {import('./house.mjs').House} house @param {'file' | 'nats'} store @param {string} where
 * @param {ReturnType<typeof tally>} counts
 */
async function atPoints(house, store, where, counts) {
  for (let at = Number(values.every); at <= ENOUGH; at += Number(values.every)) {
    const outcome = await house.crash({ plan: lamp, store, kill: { where, at } })
    // The run was over before that point.
    if (!outcome.killed) return
    counts.count(outcome, `${where} ${at}`)
  }
}

/**
 * @param {import('./house.mjs').House} house @param {'file' | 'nats'} store
 * @param {ReturnType<typeof tally>} counts
 */
async function atMoments(house, store, counts) {
  const plan = large(Number(values.nodes))
  if (Number(values.moments) === 0) return
  const calm = await house.crash({ plan, store })
  counts.count(calm, 'no crash')
  let random = Number(values.seed)
  for (let i = 0; i < Number(values.moments); i++) {
    // Lehmer's generator: the moments of a seed are the same everywhere.
    random = (random * 48_271) % 2_147_483_647
    const after = (random / 2_147_483_647) * calm.tookMs
    const outcome = await house.crash({ plan, store, killAfterMs: after })
    counts.count(outcome, `after ${Math.round(after)} ms`)
  }
}

function tally() {
  const sums = {
    crashes: 0,
    resumed: 0,
    untouched: 0,
    ended: 0,
    different: 0,
    twice: 0,
    unreported: 0,
  }
  return {
    sums,
    /** @param {import('./house.mjs').Outcome} outcome @param {string} what */
    count(outcome, what) {
      sums.crashes += outcome.killed ? 1 : 0
      sums[outcome.after] += 1
      sums.twice += outcome.twice.length
      sums.unreported += outcome.unreported.length
      sums.different += outcome.different.length
      const { twice, unreported, different } = outcome
      if (twice.length + unreported.length + different.length > 0) {
        console.log(
          `${what}: twice ${named(twice)}; not reported ${named(unreported)}; otherwise ${named(different)}`,
        )
      }
    },
    /** @param {{ sums: typeof sums }} other */
    add(other) {
      for (const key of /** @type {(keyof typeof sums)[]} */ (Object.keys(sums))) {
        sums[key] += other.sums[key]
      }
    },
    /** @param {string} title */
    print(title) {
      const { crashes, resumed, untouched, ended, different, twice, unreported } = sums
      console.log(
        `${title}: ${crashes} kills; ${resumed} resumed, ${untouched} had touched nothing, ${ended} had ended; nodes that ended otherwise: ${different}; run twice: ${twice}; left disabled and not reported: ${unreported}`,
      )
    },
    good: () => sums.different + sums.twice + sums.unreported === 0 && sums.resumed > 0,
  }
}

/** @param {string[]} nodes */
function named(nodes) {
  const more = nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''
  return nodes.length === 0 ? 'none' : nodes.slice(0, 3).join(', ') + more
}

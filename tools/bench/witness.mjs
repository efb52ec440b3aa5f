// How often nodes are asked, and how long a run takes, with and without a witness of the end of their runs: a simulated
// PuppetDB beside the simulated fleet, virtual time. One group, so that the width alone holds nodes back. The lower bound is
// the work of all slots: for each node the calls that it cannot do without and its real run, from the fleet's own log.
// Needs a build: node tools/bench/witness.mjs [nodes] [width]
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { DEFAULT_OPTIONS, executeRun } from '@choirmaster/core'
import { memoryStore, runPlan, seededRandom } from '@choirmaster/core/testing'
import { simulatedFleet, simulatedWitness, virtualClock } from '@choirmaster/simulator'

/** Bars: replies a node over the whole run, and how many times the lower bound it takes. */
const MOST_REPLIES = 16
const MOST_TIMES = 1.05
const START = Date.UTC(2026, 10, 22)
const SEED = 1
/** From the baseline to the node disabled again: baseline, enable, run, the end seen, disable, read back; mean of a call. */
const CALLS = 6
const CALL_S = 1.25
/** @type {import('@choirmaster/simulator').Scenario} */
const SCENARIO = {
  defaults: { reply: [1.1, 1.4], show: [2, 8], run: { median: 60, sigma: 0.5 } },
  nodes: { '*': [{ fault: 'run-time', seconds: 600, chance: 0.02 }] },
}

const [nodes = 10_000, width = 50] = process.argv.slice(2).map(Number)
const plan = runPlan([Array.from({ length: nodes }, (_, n) => `n${n}.example.net`)], [], {})

const alone = await run(false)
console.log(`without a witness: ${told(alone)}`)
const witnessed = await run(true)
console.log(
  `with a witness: ${told(witnessed)}, ${witnessed.asked} questions to it (bars ${MOST_REPLIES} replies, ${MOST_TIMES} times)`,
)
const good = witnessed.replies <= MOST_REPLIES && witnessed.times <= MOST_TIMES
console.log(good ? 'within the bars' : 'MISSES a bar')
process.exitCode = good ? 0 : 1

/** @param {Awaited<ReturnType<typeof run>>} result */
function told({ replies, times, seconds, result }) {
  return `${result}, ${replies.toFixed(2)} replies a node, ${(seconds / 3600).toFixed(2)} h of virtual time from the first run to the last node disabled again, ${times.toFixed(3)} times the lower bound`
}

/** @param {boolean} withWitness */
async function run(withWitness) {
  const clock = virtualClock(START)
  const fleet = simulatedFleet({ clock, scenario: SCENARIO, seed: SEED })
  const witness = simulatedWitness({ fleet, clock, random: seededRandom(SEED) })
  let first = 0
  let last = 0
  const report = await executeRun({
    run: '20261122T000000-bench1',
    plan,
    options: { ...DEFAULT_OPTIONS, width },
    agent: createPuppetAgent(fleet.transport),
    store: memoryStore(),
    ...(withWitness && { witness }),
    clock,
    confirm: async () => 'flag',
    onEvents(events) {
      for (const event of events) {
        if (event.type === 'started' && first === 0) first = event.at
        if (event.type === 'judged') last = event.at
      }
    },
    soft: new AbortController().signal,
    hard: new AbortController().signal,
  })
  const { work, replies } = workOf(fleet.log)
  const seconds = (last - first) / 1000
  return {
    result: report.result,
    replies: replies / nodes,
    times: seconds / (work / width),
    seconds,
    asked: witness.asked,
  }
}

/** Seconds of slots that no engine can do without, and the replies that there were. @param {readonly import('@choirmaster/simulator').FleetLogEntry[]} log */
function workOf(log) {
  /** @type {Map<string, number>} */
  const spawned = new Map()
  let work = 0
  let replies = 0
  for (const entry of log) {
    if (entry.what === 'answer') replies += 1
    else if (entry.what === 'spawned') spawned.set(`${entry.node} ${entry.run}`, entry.at)
    else if (entry.what === 'ended') {
      const began = spawned.get(`${entry.node} ${entry.run}`) ?? entry.at
      work += (entry.at - began) / 1000 + CALLS * CALL_S
    }
  }
  return { work, replies }
}

// How long a run takes against the least that it can take, and how many replies each node gives for it. The engine with
// the puppet agent runs a simulated fleet in virtual time: a call takes 1.1 to 1.4 s, a run shows after 2 to 8 s, runs are
// log-normal (median 60 s, sigma 0.5) and 2 % of them take 600 s; a slot is held until the node is disabled again.
// Lower bound: the longer of the critical path and the work by slots, each call that no node can do without counted with
// what a call takes on the average. Graham's bound is of the slots as they were held: whoever keeps no slot idle is below it.
// The row with a past is the same run where ten past runs of each node are known, drawn alike. The last two rows are of
// another fleet: runs of a node are alike (sigma 0.2), nodes are lastingly not (sigma 0.8), and no run is a tail by chance.
// Needs a build: node tools/bench/makespan.mjs [nodes] [limits.poll in s …]; without any it draws the curve, in some minutes.
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { DEFAULT_OPTIONS, executeRun, makePlan, toRunPlan, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { lampSite, memoryStore } from '@choirmaster/core/testing'
import { simulatedFleet, virtualClock } from '@choirmaster/simulator'
import { fleetWithPast } from './makespan-past.mjs'

/** @typedef {import('@choirmaster/core').RunPlan} RunPlan */
/** @typedef {import('@choirmaster/core').PastRuns} PastRuns */
/** @typedef {import('@choirmaster/simulator').Scenario} Scenario */

const START = Date.UTC(2026, 10, 22)
const WEBS = 9
const CALL_S = [1.1, 1.4]
const MEAN_CALL_S = 1.25
/** In a slot: baseline, enable, runonce, the status that shows the end, disable, its status, evidence. */
const CALLS_IN_SLOT = 7
/**
 * Before the first slot: three rounds of the look; the first node disabled, read, enabled, read, disabled, read; the others
 * disabled and read; the settle time and the status after it. After the last: read, enabled, read.
 */
const CALLS_AROUND = 3 + 6 + 2 + 1 + 3
const BARS = { unlimited: 1.03, slots: 1.08, replies: 24 }
const SLOTS = 50
const SEED = 1

const [nodes = 10_000, ...polls] = process.argv.slice(2).map(Number)
const plan = toRunPlan(makePlan(lampSite(nodes / (WEBS + 1), WEBS), WHOLE_SITE, sha256))

const scenario = {
  seed: SEED,
  defaults: {
    run: { median: 60, sigma: 0.5 },
    show: /** @type {const} */ ([2, 8]),
    reply: /** @type {[number, number]} */ (CALL_S),
  },
  nodes: { '*': [{ fault: 'run-time', seconds: 600, chance: 0.02 }] },
}

const ALIKE = fleetWithPast(nodes, { sigma: 0.5, apart: 0, tail: 0.02 }, SEED)
const APART = fleetWithPast(nodes, { sigma: 0.2, apart: 0.8, tail: 0 }, SEED)
/** @type {Scenario} */
const apart = {
  ...scenario,
  nodes: Object.fromEntries(
    APART.next.map((seconds, n) => [plan.nodes[n], [{ fault: 'run-time', seconds }]]),
  ),
}

/** @param {number} width @param {number} poll s @param {Scenario} site @param {PastRuns} [past] */
async function measure(width, poll, site, past) {
  const clock = virtualClock(START)
  const fleet = simulatedFleet({ clock, scenario: site })
  let replies = 0
  let looked = 0
  /** @type {number[]} */
  const taken = []
  /** @type {number[]} */
  const freed = []
  const agent = createPuppetAgent({
    ...fleet.transport,
    async *request(request, call) {
      for await (const answer of fleet.transport.request(request, call)) {
        if (answer.kind === 'reply') replies++
        yield answer
      }
    },
  })
  const limits = { ...DEFAULT_OPTIONS.limits, poll: poll * 1000 }
  const report = await executeRun({
    run: '20261122T000000-bench1',
    plan,
    options: { ...DEFAULT_OPTIONS, order: 'stream', width, limits },
    agent,
    ...(past && { past }),
    store: memoryStore(),
    clock,
    confirm: async () => 'flag',
    onEvents(batch) {
      for (const event of batch) {
        if (event.type === 'confirmed') looked = replies
        if (event.type === 'started') for (const n of event.nodes) taken[n] = event.at
        if (event.type === 'judged') freed[event.node] = event.at
      }
    },
    soft: new AbortController().signal,
    hard: new AbortController().signal,
  })
  if (report.result !== 'succeeded') throw new Error(`the run ended as ${report.result}`)
  const took = (clock.now() - START) / 1000
  const least = leastSeconds(fleet.log)
  const around = CALLS_AROUND * MEAN_CALL_S + limits.settle / 1000
  const bound = Math.max(longestPath(least), sum(least) / width) + around
  const held = plan.nodes.map((_, n) => ((freed[n] ?? 0) - (taken[n] ?? 0)) / 1000)
  const inSlots = (Math.max(...freed) - Math.min(...taken)) / 1000
  // Nodes are not idle all at once, so that the settle time of the last may be waited for by slots.
  const graham = sum(held) / width + (1 - 1 / width) * longestPath(held) + limits.settle / 1000 + 2
  return {
    ratio: took / bound,
    hours: took / 3600,
    replies: replies / nodes,
    afterLook: (replies - looked) / nodes,
    belowGraham: inSlots <= graham,
  }
}

/** What each node's run needs: until it shows, until it is over, and the calls. @param {readonly any[]} log */
function leastSeconds(log) {
  const times = new Map(plan.nodes.map((name) => [name, [0, 0]]))
  for (const entry of log) {
    if (entry.what === 'spawned') times.set(entry.node, [entry.at, 0])
    if (entry.what === 'ended') times.set(entry.node, [times.get(entry.node)?.[0] ?? 0, entry.at])
  }
  return plan.nodes.map((name) => {
    const [spawned = 0, ended = 0] = times.get(name) ?? []
    return (ended - spawned) / 1000 + CALLS_IN_SLOT * MEAN_CALL_S
  })
}

/** @param {readonly number[]} seconds a node */
function longestPath(seconds) {
  const ends = [...seconds]
  /** @type {number[][]} */
  const consumers = plan.nodes.map(() => [])
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    consumers[plan.edges[i] ?? 0]?.push(plan.edges[i + 1] ?? 0)
  }
  for (const group of plan.groups) {
    for (const n of group) {
      for (const to of consumers[n] ?? []) {
        ends[to] = Math.max(ends[to] ?? 0, (ends[n] ?? 0) + (seconds[to] ?? 0))
      }
    }
  }
  return Math.max(...ends)
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((all, one) => all + one, 0)
}

/** @param {Awaited<ReturnType<typeof measure>>} measured @param {string} what */
function line({ ratio, hours, replies, afterLook, belowGraham }, what) {
  return `  ${what}: ${ratio.toFixed(3)} x the lower bound (${hours.toFixed(2)} h), ${replies.toFixed(1)} replies a node, ${afterLook.toFixed(1)} after the look${belowGraham ? '' : ', ABOVE Graham'}`
}

const DEFAULT_POLL = DEFAULT_OPTIONS.limits.poll / 1000
/** The curve of replies against time, with where the default sits on it. */
const CURVE = [2, 3, DEFAULT_POLL, 8, 15, 30]
let good = true
for (const [name, width, bar] of /** @type {const} */ ([
  ['without a limit of slots', nodes, BARS.unlimited],
  [`${SLOTS} slots`, SLOTS, BARS.slots],
])) {
  console.log(`${nodes} nodes, ${name}: bar ${bar} x at ${BARS.replies} replies a node`)
  for (const poll of polls.length > 0 ? polls : CURVE) {
    const measured = await measure(width, poll, scenario)
    console.log(line(measured, `poll ${poll} s${poll === DEFAULT_POLL ? ' (default)' : ''}`))
    if (!measured.belowGraham) good = false
    if (poll === DEFAULT_POLL && (measured.ratio > bar || measured.replies > BARS.replies))
      good = false
  }
  for (const [what, site, past] of /** @type {const} */ ([
    ['default, with a past', scenario, ALIKE.past],
    ['default, nodes that differ lastingly', apart, undefined],
    ['the same with a past', apart, APART.past],
  ])) {
    const measured = await measure(width, DEFAULT_POLL, site, past)
    console.log(line(measured, what))
    if (!measured.belowGraham) good = false
  }
}
console.log(good ? 'within the bars' : 'MISSES a bar')
process.exitCode = good ? 0 : 1

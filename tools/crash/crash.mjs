// Real processes of the engine, on a real broker, with both stores: killed (SIGKILL) and resumed, stopped (SIGSTOP) and
// taken over, and two at once (bars 2 and 4 of the engine). Nodes are simulated ones; what is counted is what was done
// to them by their own log, and what the reports say.
//
//   node tools/crash/crash.mjs [--store file,nats] [--only points,moments,sleeps,races,command] [--jobs 1]
//     [--every 1] [--moments 200] [--nodes 200] [--sleeps 3] [--races 1000] [--minutes 15] [--seed 1]
//
// points: killed at each Nth (--every) point of a LAMP run: before and after each append, between append and send, and
//   between send and answer.
// moments: killed at so many (--moments) random moments of a run of --nodes nodes.
// sleeps: stopped at each Nth (--sleeps) of the same points, and, with each way of a take-over, at random ones.
// races: so many (--races) pairs that share a store, and as many with a store each, while there is time (--minutes).
// command: `choirmaster run` itself, stopped and taken over by `choirmaster resume`, all in real time: 3 minutes.
//
// Time is the nodes' own and moves when all processes have nothing to do (stepped-time.mjs), so that a machine that is
// busy changes nothing; leases are of real time. The stores are worked on side by side, and for each --jobs kills at
// once (of sleepers, who only wait, more), on a broker of their own each.
// Needs a nats-server ($NATS_SERVER, on the PATH, or that of the lab, which takes Go) and compiled packages (npm start).
// Ends with 1 when something is not as it should be; where there is no broker it says so and ends with 0.
import { parseArgs } from 'node:util'
import { natsProgram } from '../bench/nats-program.mjs'
import { commandSlept } from './command.mjs'
import { killed } from './killed.mjs'
import { lanes } from './lanes.mjs'
import { lamp, large } from './plans.mjs'
import { raced } from './raced.mjs'
import { MEANWHILE, slept } from './slept.mjs'
import { tally } from './tally.mjs'
import { WHERE } from './watched.mjs'

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'file,nats' },
    only: { type: 'string', default: 'points,moments,sleeps,races,command' },
    jobs: { type: 'string', default: '1' },
    every: { type: 'string', default: '1' },
    moments: { type: 'string', default: '200' },
    nodes: { type: 'string', default: '200' },
    sleeps: { type: 'string', default: '3' },
    races: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
  },
})
/** Sleepers only wait: so many more of them can do it side by side. */
const SLEEPERS = 6
/** What has to have happened. */
const SLEPT = 'stopped and taken over'
/** A run that was killed is gone for a while: up to so much of the nodes' time, ms. */
const GONE_MS = 60_000
/** The second of two begins within a second. */
const GAP_MS = 1_000

/** Lehmer's generator: what is drawn from a seed is the same everywhere. @param {number} seed */
function randomOf(seed) {
  let state = seed
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

/** @typedef {import('./house.mjs').Store} Store */
/** @typedef {ReturnType<typeof lanes>} Lanes */
/** @type {Record<string, (side: Lanes, store: Store) => Promise<boolean>>} */
const MODES = { points, moments, sleeps, races, command }

/**
 * What is under way, to be ended with this process: brokers, and processes that are stopped, would stay.
 * @type {Set<Lanes>}
 */
const open = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(
    signal,
    () => void Promise.all([...open].map((side) => side.close())).finally(() => process.exit(1)),
  )
}

const program = await natsProgram()
if ('reason' in program) console.log(`Skipped: ${program.reason}`)
else {
  const stores = /** @type {Store[]} */ (values.store.split(','))
  let good = true
  for (const mode of values.only.split(',')) {
    const started = performance.now()
    const ends = await Promise.all(stores.map((store) => work(program, mode, store)))
    good &&= ends.every((end) => end)
    console.log(`  ${mode}: ${Math.round((performance.now() - started) / 1000)} s`)
  }
  process.exitCode = good ? 0 : 1
}

/**
 * @param {[command: string, arg: string]} found what starts a broker
 * @param {string} mode @param {Store} store
 */
async function work(found, mode, store) {
  const doIt = MODES[mode]
  if (doIt === undefined) throw new Error(`there is no ${mode}: ${Object.keys(MODES).join(', ')}`)
  const side = lanes(found, Number(values.jobs) * (mode === 'sleeps' ? SLEEPERS : 1))
  open.add(side)
  try {
    return await doIt(side, store)
  } finally {
    open.delete(side)
    await side.close()
  }
}

/**
 * A run that nothing happens to: how long it takes, in real time, and how many points it has of each kind.
 * @param {import('./house.mjs').House} house @param {import('@choirmaster/core').RunPlan} plan @param {Store} store
 */
async function calm(house, plan, store) {
  const outcome = await house.estate(plan, store, (estate) => killed(estate, {}))
  const { twice, unreported, different, refused } = outcome
  if (refused !== undefined || twice.length + unreported.length + different.length > 0) {
    throw new Error(`without a kill: ${JSON.stringify(outcome)}`)
  }
  return outcome
}

/** @param {Record<string, number>} points of each kind @param {number} every @param {'SIGKILL' | 'SIGSTOP'} by */
function pointsOf(points, every, by) {
  return WHERE.flatMap((where) => {
    const count = Math.floor((points[where] ?? 0) / every)
    return Array.from({ length: count }, (_, i) => ({ where, at: (i + 1) * every, by }))
  })
}

/** @param {Lanes} side @param {Store} store */
async function points(side, store) {
  const counts = tally()
  const random = randomOf(Number(values.seed))
  const { passed } = await side.one((house) => calm(house, lamp, store))
  await side.all(pointsOf(passed, Number(values.every), 'SIGKILL'), async (house, point) => {
    const goneMs = random() * GONE_MS
    const outcome = await house.estate(lamp, store, (estate) => killed(estate, { point, goneMs }))
    counts.killed(outcome, `${point.where} ${point.at}`, point.where)
  })
  return counts.print(`store ${store}, LAMP, killed at each ${values.every}. point`, 'resumed')
}

/** @param {Lanes} side @param {Store} store */
async function moments(side, store) {
  const plan = large(Number(values.nodes))
  const counts = tally()
  const random = randomOf(Number(values.seed))
  // The first one is slower, as nothing is warm.
  await side.one((house) => calm(house, plan, store))
  const { tookMs } = await side.one((house) => calm(house, plan, store))
  await side.all(Array(Number(values.moments)).keys(), async (house) => {
    for (;;) {
      const [afterMs, goneMs] = [random() * tookMs, random() * GONE_MS]
      const kill = { afterMs, goneMs }
      const outcome = await house.estate(plan, store, (estate) => killed(estate, kill))
      counts.killed(outcome, `after ${Math.round(afterMs)} ms`)
      // It was over before.
      if (outcome.killed) return
    }
  })
  return counts.print(
    `store ${store}, ${values.nodes} nodes, killed at random moments, seed ${values.seed}`,
    'kills',
  )
}

/** @param {Lanes} side @param {Store} store */
async function sleeps(side, store) {
  const counts = tally()
  const random = randomOf(Number(values.seed))
  const { passed, tookMs } = await side.one((house) => calm(house, lamp, store))
  const stops = pointsOf(passed, Number(values.sleeps), 'SIGSTOP').flatMap((point) => [
    { what: `${point.where} ${point.at}`, point },
    { what: 'at a random moment', point: undefined },
  ])
  await side.all(stops.entries(), async (house, [n, { what, point }]) => {
    const meanwhile = MEANWHILE[n % MEANWHILE.length] ?? 'resumed'
    for (;;) {
      const stop = point === undefined ? { afterMs: random() * tookMs } : { point }
      const outcome = await house.estate(lamp, store, (estate) =>
        slept(estate, { ...stop, meanwhile }),
      )
      counts.slept(outcome, `${what}, ${meanwhile}`)
      // It was over before.
      if (point !== undefined || outcome.what !== 'over') return
    }
  })
  return counts.print(`store ${store}, LAMP, stopped and taken over`, SLEPT)
}

/** @param {Lanes} side @param {Store} store */
async function races(side, store) {
  const random = randomOf(Number(values.seed))
  const until = performance.now() + Number(values.minutes) * 60_000
  const counts = tally()
  function* rounds() {
    for (let i = 0; i < Number(values.races) * 2 && performance.now() < until; i++) yield i
  }
  await side.all(rounds(), async (house, round) => {
    const shared = round % 2 === 0
    const gapMs = round % 4 < 2 ? 0 : random() * GAP_MS
    const outcome = await house.estate(lamp, store, (estate) => raced(estate, { shared, gapMs }))
    counts.raced(outcome, shared ? 'one store' : 'two stores', `${round}, ${Math.round(gapMs)} ms`)
  })
  return counts.print(`store ${store}, LAMP, two at once`, 'one store')
}

/** @param {Lanes} side @param {Store} store */
async function command(side, store) {
  const counts = tally()
  counts.slept(await side.one((house) => commandSlept(house, store)), 'choirmaster run')
  return counts.print(`store ${store}, choirmaster run, stopped and taken over`, SLEPT)
}

// `npm run simulate`: seeded runs of the real engine on a simulated fleet, each held against the promises of
// docs/promises.md. For anybody who changes the engine, and for proof.
//   npm run simulate -- --runs 10000                    of each mode, on all cores
//   npm run simulate -- --seed 1234 --mode safety       one run again, as a failure prints it
//   npm run simulate -- --runs 1000 --seed 5000 --jobs 1
import { fork, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepare } from './setup.mjs'
import { step } from './lib/step.mjs'

/** @typedef {import('../packages/simulator/test/promises/trials.js').Tried} Tried */
/** @typedef {import('../packages/simulator/test/promises/trials.js').Failure} Failure */
/** @typedef {import('../packages/simulator/test/promises/trials.js').Trials} Trials */

const COMPILED = '../packages/simulator/test/dist/test/promises'
const MODES = /** @type {const} */ (['safety', 'harsh', 'liveness'])
/** Seeds that a process is sent at once: a second or two of work. */
const PORTION = 200
/** Of so many runs each fault must have been met often enough to say that it was tried. */
const RUNS_TO_COUNT = 1000
const LEAST_HITS = 10
const MOST_TOLD = 10
/**
 * For V8 in the processes that try. All cores are busy with runs: the helpers with which it collects garbage only get into
 * their way, and cost a fifth of all time. Young objects, of 6 MB a run, have room for some runs, MiB.
 */
const FLAGS = ['--single-threaded-gc', '--min-semi-space-size=32', '--max-semi-space-size=32']

const values = options()
const first = whole('seed', values.seed ?? '1')
const runs = whole('runs', values.runs ?? (values.seed === undefined ? '1000' : '1'))
const jobs = whole('jobs', values.jobs)
const modes = MODES.filter((mode) => values.mode === undefined || values.mode === mode)
if (modes.length === 0) fail(`--mode is ${MODES.join(' or ')}, not ${values.mode}`)

await prepare({ dev: true })
const compiler = [
  'node_modules/typescript/bin/tsc',
  '-b',
  'packages/simulator/tsconfig.trials.json',
]
if (!(await step('Compiling', compiler))) process.exit(1)

const { merge, newTally, rare } = await import(`${COMPILED}/tally.js`)
const tally = newTally()
/** @type {Failure[]} */
const failures = []
const portions = modes.flatMap((mode) => portionsOf(mode))
const started = performance.now()
const seconds = () => (performance.now() - started) / 1000
let told = 0

await Promise.all(Array.from({ length: Math.min(jobs, portions.length) }, work))
process.exitCode = summary() ? 0 : 1

/** A process that tries one portion after the other until none is left. */
async function work() {
  const worker = fork(fileURLToPath(new URL(`${COMPILED}/trial-worker.js`, import.meta.url)), {
    execArgv: FLAGS,
    // What broke may hold what JSON does not: Infinity.
    serialization: 'advanced',
  })
  for (let portion = portions.shift(); portion !== undefined; portion = portions.shift()) {
    hear(await tried(worker, portion))
  }
  worker.disconnect()
}

/**
 * @param {import('node:child_process').ChildProcess} worker
 * @param {Trials} trials
 * @returns {Promise<Tried>}
 */
function tried(worker, trials) {
  return new Promise((resolve, reject) => {
    /** @param {number | null} code @param {string | null} signal */
    const ended = (code, signal) => {
      const { mode, first, runs } = trials
      const which = `${mode} ${first} to ${first + runs - 1}`
      reject(new Error(`the process that tried ${which} ended: ${code ?? signal}`))
    }
    /** @param {unknown} message */
    const answered = (message) => {
      worker.off('exit', ended)
      worker.off('error', reject)
      resolve(/** @type {Tried} */ (message))
    }
    worker.once('message', answered)
    worker.once('exit', ended)
    worker.once('error', reject)
    worker.send(trials)
  })
}

/** @param {Tried} tried */
function hear(tried) {
  merge(tally, tried.tally)
  for (const failure of tried.failures) {
    failures.push(failure)
    if (failures.length <= MOST_TOLD) tellFailure(failure)
  }
  if (seconds() - told < 5) return
  told = seconds()
  const speed = (tally.runs / told).toFixed(0)
  console.log(
    `${tally.runs} of ${runs * modes.length} runs, ${speed} a second, ${failures.length} broken`,
  )
}

/** @param {Failure} failure */
function tellFailure({ mode, seed, violations, shrunk }) {
  console.log(`\nBROKEN: seed ${seed}, ${mode}, commit ${commit()}`)
  for (const { promise, node, message } of violations.slice(0, MOST_TOLD))
    console.log(`  ${promise}${node === undefined ? '' : ` ${node}`}: ${message}`)
  if (shrunk !== null) {
    const { promise, nodes, edges, faults, own } = shrunk
    console.log(`  The smallest part that breaks ${promise}:`)
    console.log(`    nodes: ${nodes.join(', ')}`)
    if (edges.length > 0)
      console.log(`    edges: ${edges.map((pair) => pair.join(' > ')).join(', ')}`)
    for (const [node, its] of Object.entries(faults))
      for (const fault of its) console.log(`    ${node}: ${JSON.stringify(fault)}`)
    if (Object.keys(own).length > 0) console.log(`    our side: ${JSON.stringify(own)}`)
  }
  console.log(`  Again: npm run simulate -- --seed ${seed} --mode ${mode}\n`)
}

function summary() {
  const took = seconds()
  console.log(
    `\n${tally.runs} runs (seeds ${first} to ${first + runs - 1}, ${modes.join(' and ')}) of ${tally.nodes} nodes, ` +
      `${(tally.seconds / 86_400).toFixed(0)} days of virtual time, in ${took.toFixed(1)} s: ` +
      `${(tally.runs / took).toFixed(0)} a second in ${jobs} processes; commit ${commit()}`,
  )
  console.log(`runs ended: ${list(tally.results)}`)
  console.log(`nodes ended: ${list(tally.outcomes)}`)
  console.log(`faults met: ${list(tally.faults)}`)
  const seldom = tally.runs >= RUNS_TO_COUNT && modes.length > 1 ? rare(tally, LEAST_HITS) : []
  if (seldom.length > 0) console.log(`met too seldom to be proof: ${seldom.join(', ')}`)
  console.log(
    failures.length === 0
      ? 'no promise broken'
      : `BROKEN in ${failures.length} runs: seeds ${failures.map(({ seed, mode }) => `${seed} (${mode})`).join(', ')}`,
  )
  return failures.length === 0 && seldom.length === 0
}

/** @param {Record<string, number>} counts */
function list(counts) {
  const all =
    runs > 1 ? Object.entries(counts) : Object.entries(counts).filter(([, many]) => many > 0)
  return all
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, many]) => `${name} ${many}`)
    .join(', ')
}

/**
 * @param {Trials['mode']} mode
 * @returns {Trials[]}
 */
function portionsOf(mode) {
  /** @type {Trials[]} */
  const all = []
  for (let from = 0; from < runs; from += PORTION)
    all.push({ mode, first: first + from, runs: Math.min(PORTION, runs - from) })
  return all
}

function commit() {
  const { stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' })
  return stdout?.trim() || 'unknown'
}

/**
 * @param {string} name
 * @param {string} text
 */
function whole(name, text) {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1)
    fail(`--${name} is a whole number from 1 on, not ${text}`)
  return number
}

function options() {
  try {
    return parseArgs({
      options: {
        runs: { type: 'string' },
        seed: { type: 'string' },
        mode: { type: 'string' },
        jobs: { type: 'string', default: String(availableParallelism()) },
      },
    }).values
  } catch (error) {
    return fail(/** @type {Error} */ (error).message)
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message)
  process.exit(1)
}

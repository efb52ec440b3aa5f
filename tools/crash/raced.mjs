// Two processes that begin to run the same nodes at once, with a store that they share or one each.
// Not for plugins: what the simulator's own tests judge by.
import { checkExclusion } from '../../packages/simulator/dist/checker/exclusion.js'
import { OPERATORS } from './house.mjs'

/**
 * @typedef {object} Raced
 * @property {string} end how both ended
 * @property {string[]} faults
 */

/**
 * @param {import('./house.mjs').Estate} estate
 * @param {{ shared: boolean, gapMs: number }} race how much later the second begins, of the nodes' time
 * @returns {Promise<Raced>}
 */
export async function raced(estate, { shared, gapMs }) {
  const { time, crew, orders, log } = estate
  const { deploy, other } = OPERATORS
  const own = shared ? {} : estate.other
  const first = crew.send(orders({ act: 'run', run: estate.newRun() }), time)
  const second = crew.send(
    orders({ act: 'run', run: estate.newRun(), certname: other.certname, after: gapMs, ...own }),
    time,
  )
  await Promise.all([first.ready, second.ready])
  first.begin()
  second.begin()
  const ends = await Promise.all([first.over, second.over])
  const said = ends.map(({ answer, told }, i) => {
    if (answer === undefined) throw new Error(`a process ended: ${told}`)
    return { ...answer, by: (i === 0 ? deploy : other).caller }
  })
  const reports = said.filter(({ nodes }) => nodes !== undefined)
  const faults = checkExclusion(log, reports).map(({ node, message }) => `${node}: ${message}`)
  faults.push(...(shared ? sharedFaults(said, reports) : separateFaults(estate, reports)))
  const end = said.map(({ result, error }) => result ?? error).sort()
  return { end: end.join(' and '), faults }
}

/** @param {any[]} said @param {any[]} reports */
function sharedFaults(said, reports) {
  const refused = said.filter(({ error }) => error !== undefined)
  const [winner] = reports
  if (reports.length !== 1 || winner.result !== 'succeeded') {
    return [
      `ended: ${JSON.stringify(said.map(({ result, error, reason }) => [result, error, reason]))}`,
    ]
  }
  return refused
    .filter(({ error, message }) => error !== 'store-nodes-locked' || !message.includes(winner.by))
    .map(({ error, message }) => `refused without the holder's name: ${error}: ${message}`)
}

/** @param {import('./house.mjs').Estate} estate @param {any[]} reports */
function separateFaults({ log }, reports) {
  const faults = []
  if (reports.length !== 2) faults.push(`${reports.length} reports`)
  for (const { by, result, nodes } of reports) {
    if (result === 'succeeded') continue
    if (!/disabled by (somebody else|run )/.test(JSON.stringify(nodes))) {
      faults.push(`${by} does not say who is in the way`)
    }
  }
  for (const [node, by] of holders(log)) {
    const holder = reports.find((report) => report.by === by)
    if (holder?.left_disabled[node] === undefined)
      faults.push(`${node}: left by ${by}, not reported`)
  }
  return faults
}

/**
 * By whom each node is disabled in the end.
 * @param {readonly import('@choirmaster/simulator').FleetLogEntry[]} log
 */
function holders(log) {
  /** @type {Map<string, string>} */
  const held = new Map()
  for (const entry of log) {
    if (entry.what === 'disabled') held.set(entry.node, entry.by)
    if (entry.what === 'enabled') held.delete(entry.node)
  }
  return held
}

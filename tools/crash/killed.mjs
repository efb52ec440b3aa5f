// A run whose process is killed, and that another process resumes: how the nodes end.

/**
 * By the fleet's own log.
 * @typedef {object} Outcome
 * @property {boolean} killed
 * @property {'resumed' | 'untouched' | 'ended'} after
 * @property {string[]} twice nodes on which Puppet ran more than once
 * @property {string[]} unreported nodes that are disabled and that no report names
 * @property {string[]} different nodes that a run without a crash would have left otherwise
 * @property {string} [refused] why there is neither a report nor a good reason for none
 * @property {string[]} why what the report says of those
 * @property {Record<string, number>} passed how many points of each kind the first process passed; none, if it was killed
 * @property {number} tookMs real time from its beginning to its end
 */
/**
 * @typedef {object} Kill
 * @property {import('./watched.mjs').Point} [point]
 * @property {number} [afterMs] of real time
 * @property {number} [goneMs] of the nodes' time, until it is resumed
 */

/**
 * @param {import('./house.mjs').Estate} estate @param {Kill} kill
 * @returns {Promise<Outcome>}
 */
export async function killed(estate, { point, afterMs, goneMs = 0 }) {
  const { time, crew, orders } = estate
  const run = estate.newRun()
  const hand = crew.send(orders({ act: 'run', run, ...(point && { point }) }), time)
  await hand.ready
  const began = performance.now()
  hand.begin()
  const timer = afterMs === undefined ? undefined : setTimeout(hand.kill, afterMs)
  const first = await hand.over
  clearTimeout(timer)
  const tookMs = performance.now() - began
  if (!first.killed)
    return { ...judged(estate, first), killed: false, tookMs, passed: first.passed }
  if (goneMs > 0) await time.pass(goneMs)
  const next = crew.send(orders({ act: 'resume', run, passed: true }), time)
  await next.ready
  next.begin()
  return { ...judged(estate, await next.over), killed: true, tookMs, passed: {} }
}

/**
 * @param {import('./house.mjs').Estate} estate
 * @param {{ answer: any, told: string }} last what the last process said
 * @returns {Omit<Outcome, 'killed' | 'tookMs' | 'passed'>}
 */
function judged({ plan, log, disabled }, { answer, told }) {
  const report = answer?.nodes === undefined ? undefined : answer
  const untouched = /untouched|journal|unknown|without-events/.test(answer?.error ?? '')
  const ended = answer?.error === 'resume-ended'
  const refused = report === undefined && !untouched && !ended
  const runs = runsOf(log)
  const left = disabled()
  const different = untouched
    ? plan.nodes.filter((node) => runs.has(node) || left.includes(node))
    : plan.nodes.filter((node) => {
        // Nothing goes wrong on these nodes: each is to be run, proven and enabled.
        const { result, lock } = report?.nodes[node] ?? {}
        const proven = ended || result === 'changed' || result === 'unchanged'
        return !proven || (!ended && lock !== 'released') || !runs.has(node)
      })
  return {
    after: untouched ? 'untouched' : ended ? 'ended' : 'resumed',
    twice: plan.nodes.filter((node) => (runs.get(node) ?? 0) > 1),
    unreported: left.filter((node) => report?.left_disabled[node] === undefined),
    different,
    ...(refused && { refused: `${JSON.stringify(answer)} ${told}` }),
    why: different.map((node) => report?.nodes[node]?.reason ?? answer?.error),
  }
}

/**
 * How often Puppet ran on each node.
 * @param {readonly import('@choirmaster/simulator').FleetLogEntry[]} log
 * @returns {Map<string, number>}
 */
export function runsOf(log) {
  const runs = new Map()
  for (const entry of log) {
    if (entry.what === 'started') runs.set(entry.node, (runs.get(entry.node) ?? 0) + 1)
  }
  return runs
}

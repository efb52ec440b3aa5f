import { enableCommand, reportFromEvents, type Moment } from '@choirmaster/core'
import { isLookProbe } from '../../src/checker/probe.js'
import { entries, lockOf, RUN, settle, type Simulated } from '../engine/simulate.js'
import { NEXT, type Adopted } from './run-adoption.js'

/**
 * What two runs, of which the second takes over the nodes of the first, must keep whatever goes wrong: what is held is
 * named with the command that frees it, and what the second has not run stays so (S5), no node is run twice (S8), no
 * stranger is told of where there was none (R2), and the events give the report (R1). The checker knows of one run only.
 */
export function judgeAdoption(adopted: Adopted): readonly string[] {
  const { simulated, events } = adopted
  settle(simulated)
  const told = simulated.plan.nodes.flatMap((node) =>
    [...heldAndNamed(adopted, node), ...staysHeld(adopted, node), ...runOnce(adopted, node)].map(
      (what) => `${node}: ${what}`,
    ),
  )
  if (JSON.stringify(reportFromEvents(events)) !== JSON.stringify(simulated.report))
    told.push('R1: the events give another report')
  return told
}

function heldAndNamed(adopted: Adopted, node: string): readonly string[] {
  const { simulated } = adopted
  const { nodes, left_disabled } = simulated.report
  const message = lockOf(simulated, node) ?? ''
  const holder = [RUN, NEXT].find((run) => message.includes(run))
  const left = left_disabled[node]
  if (holder === undefined) {
    const isFalse = left?.lock === 'ours' && !hasStrangers(simulated, node)
    return isFalse ? ['S5: named as held, but held by nobody'] : []
  }
  const told: string[] = []
  if (nodes[node]?.lock === 'released') told.push(`S5: released, but held by ${holder}`)
  // What the first one holds and the second has not touched is named by the first.
  if (left === undefined && holder === NEXT) told.push('S5: held and not named')
  const command = left?.command ?? ''
  const isWrong = command.includes('--run') && command !== enableCommand(holder)
  const isExcused = holder === RUN && isUnknowable(adopted, node)
  if (isWrong && !isExcused) told.push(`S5: held by ${holder}: ${command}`)
  return told
}

/**
 * What the look found held by the first run stays so where the second has not touched the node, and before that has asked
 * for any run: then it may be held by the second, which tried on it that it may enable.
 */
function staysHeld(adopted: Adopted, node: string): readonly string[] {
  const { simulated, events, begun } = adopted
  const { log, plan, report } = simulated
  const n = plan.nodes.indexOf(node)
  const isAdopted = events.some(
    (event) =>
      event.type === 'looked' && event.nodes.some((one) => one.node === n && one.adopted === true),
  )
  if (!isAdopted || hasStrangers(simulated, node)) return []
  const probes = new Set(
    entries(log, 'request').flatMap(({ data, sent, action }) =>
      isLookProbe(data) ? [`${sent} ${action}`] : [],
    ),
  )
  const changes = [...entries(log, 'request'), ...entries(log, 'unheard')].filter(
    ({ sent, action }) => sent > begun && !probes.has(`${sent} ${action}`),
  )
  const message = lockOf(simulated, node)
  const isTouched = changes.some((one) => one.node === node && TOUCHES.has(one.action))
  if (!isTouched)
    return message?.includes(RUN) === true ? [] : ['S5: not touched, but not as it was']
  // What was refused could not be put back; a weak store may forget that it was tried, or enabled for a run.
  const isRefused = report.nodes[node]?.result === 'refused' || mayForget(adopted)
  const isAsked = changes.some(({ action }) => action === 'runonce')
  return isAsked || isRefused || message !== undefined ? [] : ['S5: freed before any run']
}

const TOUCHES: ReadonlySet<string> = new Set(['disable', 'runonce'])

/**
 * Nobody knows whose message it is: a weak store may have lost that the second run enabled the node for its run and disabled
 * it anew, and since it was gone on with the node has said nothing.
 */
function isUnknowable(adopted: Adopted, node: string): boolean {
  const { code, lock } = adopted.simulated.report.nodes[node] ?? {}
  return mayForget(adopted) && code === 'record-lost' && lock === 'unknown'
}

function mayForget({ adoption }: Adopted): boolean {
  return adoption.weakStore && adoption.crash !== null
}

function runOnce({ simulated, begun }: Adopted, node: string): readonly string[] {
  if (hasStrangers(simulated, node)) return []
  const told: string[] = []
  const runs = runsSince(simulated, node, begun)
  if (runs > 1) told.push(`S8: run ${runs} times`)
  if (simulated.report.nodes[node]?.warnings.some((warning) => warning.startsWith('raced')))
    told.push('R2: raced, by nobody')
  return told
}

/** Whether anybody else changed its lock or ran it. */
function hasStrangers({ log, report }: Simulated, node: string): boolean {
  return log.some(
    (entry) =>
      (entry.what === 'disabled' || entry.what === 'enabled' || entry.what === 'started') &&
      entry.node === node &&
      entry.by !== report.caller,
  )
}

/** How many runs applied of those that were asked for since then; of one that was killed at once nothing shows. */
function runsSince({ log }: Simulated, node: string, begun: Moment): number {
  const asked = new Set<number>()
  let isOurs = false
  let runs = 0
  for (const entry of log) {
    if (!('node' in entry) || entry.node !== node) continue
    // What the first one sent as it died left in the moment in which the second begins.
    if (entry.what === 'request') isOurs = entry.action === 'runonce' && entry.sent > begun
    else if (entry.what === 'spawned' && isOurs) asked.add(entry.run)
    else if (entry.what === 'ended' && asked.has(entry.run) && entry.ending !== 'killed') runs++
  }
  return runs
}

import type { Moment, NodeStatus } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { deaths } from './deaths.js'
import { firstAsked, type NodeHistory } from './history.js'
import { isLookProbe } from './probe.js'
import { budgetsOf } from './budgets.js'
import type { Judged } from './judged.js'
import { isProven } from './waived.js'

/**
 * S15: a node is skipped only because of a node that it depends on and that is not proven, and left out otherwise only
 * when more nodes failed than the budget allows, a canary did, or no slot is left.
 */
export const checkContainment: Check = (judged, nodes) => [
  ...skippedWrongly(judged, nodes),
  ...leftOut(judged, nodes),
]

type Histories = ReadonlyMap<string, NodeHistory>

function leftOut(judged: Judged, nodes: Histories): Violation[] {
  const { options, report, wire } = judged
  const stopped = wire.some(({ what }) => what === 'interrupt' || what === 'refused')
  // Before the first run is asked for, of which a store may forget that it was, a node that cannot be held ends the run.
  const forgotten = judged.cut === true ? deaths(judged) : []
  const began = wire.some(
    (entry) =>
      entry.what === 'request' &&
      entry.action === 'runonce' &&
      !isLookProbe(entry.data) &&
      !forgotten.some(({ recorded, resumed }) => recorded <= entry.at && entry.at <= resumed),
  )
  const { until } = options
  // By the clock of who began the run, or of who went on with it.
  const ended = Date.parse(report.ended ?? '') + Math.max(0, -(judged.apart ?? 0))
  const late = until !== undefined && Date.parse(until) <= ended
  if (stopped || !began || late || areSlotsLost(judged)) return []
  const failed = (name: string): boolean =>
    ['failed', 'unknown', 'refused'].includes(report.nodes[name]?.result ?? '')
  const spent = budgetsOf(judged).filter(
    ({ members, budget }) => [...members].filter(failed).length > budget,
  )
  // No budget covers a canary.
  if (Object.keys(report.nodes).some((name) => failed(name) && mayBeCanary(judged, nodes, name)))
    return []
  const isApart = options.failures?.scope === 'application'
  const allowed = (name: string): boolean =>
    isApart ? spent.some(({ members }) => members.has(name)) : spent.length > 0
  return Object.entries(report.nodes).flatMap(([node, { result }]): Violation[] =>
    result !== 'not reached' || allowed(node)
      ? []
      : [{ promise: 'S15', node, message: 'was not reached, though no budget was spent' }],
  )
}

/** Canaries are those of a group that take a slot first: fewer than their number were asked to run before it. */
function mayBeCanary({ plan, options }: Judged, nodes: Histories, name: string): boolean {
  const { canary = 0 } = options
  const at = (one: string): Moment => firstAsked(nodes.get(one)) ?? Infinity
  const group = plan.groups.find((members) => members.some((n) => plan.nodes[n] === name)) ?? []
  return group.filter((n) => at(plan.nodes[n] as string) < at(name)).length < canary
}

/** Runs that were given up and may still be applying hold as many slots as there are (S6): nothing can start any more. */
function areSlotsLost(judged: Judged): boolean {
  const { options, report, events, plan } = judged
  const seen = lastSeen(judged)
  const applied = seenApplying(judged)
  const stuck = Object.entries(report.nodes).filter(
    ([name, { code, result, attempts }]) =>
      attempts > 0 &&
      /^(failed|unknown|refused)$/.test(result) &&
      (code === 'node-silent' ||
        code === 'run-over-limit' ||
        // Whether its run has ended nobody could tell by a clock that was set.
        (code === 'node-clock' && applied.has(plan.nodes.indexOf(name))) ||
        seen.get(plan.nodes.indexOf(name))?.applying === true),
  )
  // Of those that the journal lost it is told how they were found.
  const unrecorded = events
    .flatMap((event) => (event.type === 'resumed' ? (event.lost ?? []) : []))
    .filter(({ found, status }) => /maybe-ran|silent/.test(found) && status?.applying !== false)
  return stuck.length + unrecorded.length >= options.width
}

/** What each node said last before all that is complete was released. */
function lastSeen({ events }: Judged): ReadonlyMap<number, NodeStatus> {
  const seen = new Map<number, NodeStatus>()
  for (const event of events) {
    if (event.type === 'phase' && event.phase === 'release') break
    if (event.type !== 'observed') continue
    for (const { node, status } of event.nodes) seen.set(node, status)
  }
  return seen
}

/** Nodes that were seen applying anything. */
function seenApplying({ events }: Judged): ReadonlySet<number> {
  const observed = events.flatMap((event) => (event.type === 'observed' ? event.nodes : []))
  return new Set(observed.flatMap(({ node, status }) => (status.applying ? [node] : [])))
}

function skippedWrongly(judged: Judged, nodes: Histories): Violation[] {
  const { plan, report } = judged
  const producers = new Map<string, string[]>()
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const from = plan.nodes[plan.edges[i] as number] as string
    const to = plan.nodes[plan.edges[i + 1] as number] as string
    producers.set(to, [...(producers.get(to) ?? []), from])
  }
  const dependsOn = (node: string, cause: string): boolean => {
    const open = [node]
    const seen = new Set(open)
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const producer of producers.get(next) ?? []) {
        if (producer === cause) return true
        if (!seen.has(producer)) open.push(producer)
        seen.add(producer)
      }
    }
    return false
  }
  return Object.entries(report.nodes).flatMap(([node, { because, result }]): Violation[] => {
    if (because === null) {
      // What the look left out was never part of the run.
      const isPart = nodes.get(node)?.locks.some(({ by }) => by === report.caller) ?? false
      if (result !== 'skipped' || !isPart) return []
      return [{ promise: 'S15', node, message: 'skipped, and nobody is to blame' }]
    }
    if (!dependsOn(node, because))
      return [
        {
          promise: 'S15',
          node,
          message: `skipped because of ${because}, on which it does not depend`,
        },
      ]
    if (isProven(judged, because))
      return [{ promise: 'S15', node, message: `skipped because of ${because}, which is proven` }]
    return []
  })
}

import type { Judged } from './judged.js'
import type { NodeHistory } from './history.js'
import { isProven } from './waived.js'

/** Who stays disabled at the end of a run, by docs/release-rule.md. */
export interface ReleaseRule {
  /** Whoever has to. */
  readonly keeps: ReadonlySet<string>
  /** Whoever may: also because of what a process that was killed, or a journal that was lost, intended and did not do. */
  readonly mayKeep: ReadonlySet<string>
}

/**
 * Before the first run was asked for everything is enabled, and nothing more is said of it; runs that take over nodes have a
 * judge of their own (`judge-adoption.ts`).
 */
export function releaseRule(judged: Judged, nodes: ReadonlyMap<string, NodeHistory>): ReleaseRule {
  const { plan, report, cut } = judged
  const sent = (name: string, action: string): boolean =>
    nodes.get(name)?.requests.some((request) => request.action === action) ?? false
  const intended = intentsOf(judged)
  const isAsked = plan.nodes.some((name) => sent(name, 'runonce'))
  const unproven = plan.nodes.filter((name) => !isProven(judged, name))
  // Where a store lost its records, of a run that left none on its node either nobody knows, nor of what was refused.
  const ran = (name: string): boolean =>
    nodes
      .get(name)
      ?.runs.some(
        ({ by, recorded }) => by === report.caller && (cut !== true || recorded !== null),
      ) ?? false
  const keeps = kept(judged, {
    begun: cut === true ? plan.nodes.some(ran) : isAsked,
    bad: unproven.filter((name) => sent(name, 'disable')),
    // Of a request that the node refused, or that never came, nobody need say that a run was requested.
    ran,
  })
  // Where a store lost what it had acknowledged, a node that does not answer may have been disabled and run.
  const isLost = (name: string): boolean => cut === true && report.nodes[name]?.result === 'unknown'
  const mayKeep = kept(judged, {
    begun: isAsked || intended.has('run') || unproven.some(isLost),
    bad: unproven.filter(
      (name) => sent(name, 'disable') || intended.has(`disable ${name}`) || isLost(name),
    ),
    ran: (name) => sent(name, 'runonce') || intended.has(`run ${name}`) || isLost(name),
  })
  return { keeps, mayKeep }
}

interface Told {
  /** Whether any run was asked for. */
  readonly begun: boolean
  /** Nodes that we disabled and that are not proven. */
  readonly bad: readonly string[]
  ran(name: string): boolean
}

function kept(judged: Judged, { begun, bad, ran }: Told): ReadonlySet<string> {
  const { plan, options } = judged
  if (!begun || bad.length === 0) return new Set()
  const name = (n: number): string => plan.nodes[n] as string
  switch (options.keepDisabled) {
    case 'none':
      return new Set()
    case 'failed':
      return new Set(bad.filter(ran))
    case 'all':
      return new Set(plan.nodes.filter((one) => !isComplete(judged, bad, one)))
    case 'application': {
      const closed = plan.applications.filter(({ nodes, producers }) =>
        [...nodes, ...producers].some((n) => bad.includes(name(n))),
      )
      return new Set([...bad, ...closed.flatMap(({ nodes }) => nodes.map(name))])
    }
  }
}

/** Enabled before the end: all nodes of every application on it are proven. */
function isComplete(judged: Judged, bad: readonly string[], one: string): boolean {
  const { plan } = judged
  const mine = plan.applications
    .map(({ nodes }) => nodes.map((n) => plan.nodes[n] as string))
    .filter((members) => members.includes(one))
  // What the look left out is no part of the run.
  return isProven(judged, one) && mine.every((members) => !members.some((n) => bad.includes(n)))
}

/** Changes, and each with the node, of which the journal holds an intent. */
function intentsOf({ plan, wire }: Judged): ReadonlySet<string> {
  const events = wire.flatMap((entry) => (entry.what === 'durable' ? entry.events : []))
  return new Set(
    events.flatMap((event) =>
      event.type === 'intent'
        ? [event.change, ...event.nodes.map((n) => `${event.change} ${plan.nodes[n] ?? ''}`)]
        : [],
    ),
  )
}

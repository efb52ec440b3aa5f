import type { Moment, NodeState, RunState, Stage } from '@choirmaster/core'
import { cleanLine } from './clean.js'
import { duration } from './time.js'
import { count } from './words.js'

/** Nodes named on the line; it is cut at the terminal's width anyway. */
const NAMED = 4
const IN_FLIGHT: ReadonlySet<Stage> = new Set([
  'baseline',
  'enabling',
  'requesting',
  'running',
  'settling',
  'judging',
])

/**
 * Who is being waited for and how long already; undefined when nobody is.
 * @param since when the present phase began
 */
export function waitingFor(state: RunState, since: Moment, now: Moment): string | undefined {
  const waiting = (verb: string, stages: readonly Stage[]): string | undefined => {
    const nodes = state.nodes.filter((node) => stages.includes(node.stage))
    if (nodes.length === 0) return undefined
    const names = nodes.slice(0, NAMED).map((node) => nameOf(state, node))
    return `${verb} for ${duration(now - since)}: ${rest(names, nodes.length)}`
  }
  switch (state.phase) {
    case 'look':
      return `Looking for ${duration(now - since)}: ${state.nodes.length - state.unlooked} of ${count(state.nodes.length, 'node')} answered`
    case 'confirm':
      // Seen by who follows the run from elsewhere: where it is asked, the question stands there.
      return `Waiting for ${duration(now - since)} to be confirmed`
    case 'proof':
    case 'lock':
      return waiting('Disabling', ['locking', 'proving'])
    case 'drain':
      return waiting('Waiting until idle', ['draining'])
    case 'run':
      return running(state, now)
    case 'release':
      return waiting('Enabling', ['releasing'])
    default:
      return undefined
  }
}

function running(state: RunState, now: Moment): string | undefined {
  const flight = state.nodes.filter((node) => IN_FLIGHT.has(node.stage))
  if (flight.length === 0) return gating(state, now) ?? resting(state, now)
  const done = state.nodes.filter((node) => node.outcome !== null).length
  const names = flight
    .sort((a, b) => (a.startedAt ?? now) - (b.startedAt ?? now))
    .slice(0, NAMED)
    .map((node) => `${nameOf(state, node)} ${duration(now - (node.startedAt ?? now))}`)
  return `Waiting for ${rest(names, flight.length)} (${done} of ${count(state.nodes.length, 'node')} done)`
}

/** Nobody runs: only gates are waited for. */
function gating(state: RunState, now: Moment): string | undefined {
  const nodes = [...state.gating].flatMap((n) => state.nodes[n] ?? [])
  if (nodes.length === 0) return undefined
  const names = nodes
    .slice(0, NAMED)
    .map((node) => `${nameOf(state, node)} ${duration(now - (node.endedAt ?? now))}`)
  const answered = nodes.every(({ stage }) => stage === 'checking')
  return `Waiting until ${answered ? 'checks pass' : 'nodes answer again'}: ${rest(names, nodes.length)}`
}

/** Nobody runs: only pauses are waited for. */
function resting(state: RunState, now: Moment): string | undefined {
  const nodes = state.nodes.filter(({ stage }) => stage === 'resting')
  if (nodes.length === 0) return undefined
  const until = Math.min(...nodes.map(({ deadline }) => deadline))
  const names = nodes.slice(0, NAMED).map((node) => nameOf(state, node))
  return `Trying again in ${duration(until - now)}: ${rest(names, nodes.length)}`
}

function rest(names: readonly string[], all: number): string {
  return names.join(', ') + (all > names.length ? ` and ${all - names.length} more` : '')
}

function nameOf(state: RunState, node: NodeState): string {
  return cleanLine(state.plan.nodes[node.n] ?? '')
}

import {
  arithmetic,
  type LostChange,
  type NodeState,
  type RunEvent,
  type RunState,
} from '@choirmaster/core'
import { cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { batchText, paceAsked } from './pace-text.js'
import { duration, stamp } from './time.js'
import { count, named } from './words.js'

/** Certnames named on one line. */
const NAMED = 5

/**
 * What is told of an event, line by line without ends and without the time.
 * @param state after the event
 * @param concluded nodes that have their result since it
 */
export function runLines(
  event: RunEvent,
  state: RunState,
  concluded: readonly NodeState[],
  colours: Colours,
): string[] {
  // Of a run that is refused the look has told all that there is to tell; one cancelled before it began tells one thing.
  const silent = state.refused !== null || (state.stop?.kind === 'cancel' && !isTouched(state))
  const ended = silent ? [] : concluded
  return [
    ...eventLines(event, state, colours),
    ...retryLines(event, state, colours),
    ...ended.map((node) => result(node, state, colours)),
  ]
}

/** With the time of the event before each line. */
export function stamped(event: RunEvent, lines: readonly string[], { dim }: Colours): string[] {
  return lines.map((line) => (line === '' ? '' : `${dim(stamp(event.at))} ${line}`))
}

function eventLines(event: RunEvent, state: RunState, colours: Colours): string[] {
  const names = (nodes: readonly number[]): string =>
    named(
      nodes.slice(0, NAMED).map((n) => nameOf(state, n)),
      NAMED,
    ) + (nodes.length > NAMED ? ` and ${nodes.length - NAMED} more` : '')
  switch (event.type) {
    case 'created':
      return [
        `Run ${event.run}, plan ${event.plan.digest.slice(0, 12)}`,
        `Looking at ${count(event.plan.nodes.length, 'node')}, touching nothing`,
      ]
    case 'resumed':
      return resumedLines(event, state)
    case 'refused':
      return [colours.bad(`Refused: ${cleanLine(event.reason)}; nothing was touched`)]
    case 'declined':
      return ['Not confirmed; nothing was touched']
    case 'phase':
      return phaseLines(event, state, colours)
    case 'started':
      return [`Running Puppet on ${names(event.nodes)}`]
    case 'silent':
      return [colours.warn(`No answer from ${names(event.nodes)}: ${cleanLine(event.message)}`)]
    case 'until':
      // Nothing was left to start: then nothing is lost.
      return state.stop?.kind === 'until' ? [colours.warn(capital(state.stop.reason))] : []
    case 'budget': {
      const where = event.of !== null && state.failures.scope === 'application' ? ' in it' : ''
      return [colours.bad(`${cleanLine(arithmetic(event))}: nothing new starts${where}`)]
    }
    case 'release':
      return [`Enabling ${names(event.nodes)}`]
    case 'kept':
      return [colours.warn(`Leaving disabled: ${names(event.nodes.map(({ node }) => node))}`)]
    case 'cancel':
      if (!isTouched(state)) return [colours.warn('Cancelled; nothing was touched')]
      return [
        colours.warn(
          event.level === 'soft'
            ? `Cancelled by ${cleanLine(event.by)}: nothing new starts, what runs is watched to its end`
            : `Given up by ${cleanLine(event.by)}: nobody watches what still runs`,
        ),
      ]
    case 'store-lost':
      return [
        colours.bad(`The run store is lost: ${cleanLine(event.message)}`),
        colours.bad('Nothing more is changed; what runs is watched to its end'),
      ]
    case 'notice':
      return [noticeLine(event, colours)]
    case 'lease-lost':
      return [colours.bad(`${cleanLine(event.message)}; nothing more is done from here`)]
    default:
      return []
  }
}

function noticeLine(
  { level, message }: Extract<RunEvent, { type: 'notice' }>,
  { warn }: Colours,
): string {
  return level === 'warning'
    ? warn(`Warning: ${cleanLine(message)}`)
    : `Note: ${cleanLine(message)}`
}

/** Of nodes whose run just failed and is made again: what failed, and when. */
function retryLines(event: RunEvent, state: RunState, { warn }: Colours): string[] {
  const told = event.type === 'judged' ? [event] : event.type === 'observed' ? event.nodes : []
  const most = state.options.failures?.retries ?? 0
  return told.flatMap(({ node: n }) => {
    const node = state.nodes[n]
    // Of a node that rests nothing else is heard.
    if (node?.stage !== 'resting' || node.failed === null) return []
    const pause = duration(node.deadline - event.at)
    return `  ${nameOf(state, n)} ${warn('failed')}: ${cleanLine(node.failed.reason)}; tried again in ${pause} (${node.retries + 1} of ${most})`
  })
}

/** What is done about each node that the run left under way, and why. */
const GOING_ON: Readonly<Partial<Record<NodeState['stage'], string>>> = {
  locking: 'it may have been disabled; asking it',
  proving: 'it may have been enabled again; asking it',
  draining: 'disabled by us; waiting to see it idle anew',
  baseline: 'its run was not requested yet; reading it anew',
  enabling: 'it may have been enabled; asking it, its run was not requested yet',
  requesting: 'its run was not requested yet; reading it anew',
  running: 'its run was requested, or may have been: watching it, requesting nothing',
  settling: 'its run is over; disabling it again',
  judging: 'its run is over; reading the evidence anew',
  answering: 'its run is proven; waiting until it answers again',
  checking: 'its run is proven; making its checks again',
  resting: 'its run failed; trying again after the pause',
  releasing: 'it may have been enabled; asking it',
}

/** What a node shows that the store lost the record of. */
const LOST: Readonly<Record<LostChange['found'], string>> = {
  disabled: 'disabled by us, or may be, of which the record is lost',
  released: 'enabled by us already, of which the record is lost',
  'maybe-ran': 'it may have been run, of which the record is lost: unknown, not run again',
  silent: 'it says nothing, and what was done to it may be lost: unknown',
  'maybe-retried':
    'its run may have failed and been tried again, of which the record is lost: not tried again',
}

function resumedLines(event: Extract<RunEvent, { type: 'resumed' }>, state: RunState): string[] {
  const open = state.nodes.filter(({ stage }) => GOING_ON[stage] !== undefined)
  const done = state.nodes.filter(({ outcome }) => outcome !== null).length
  return [
    `Going on with run ${state.run} as ${cleanLine(event.by)}: ${done} of ${count(state.nodes.length, 'node')} have a result`,
    ...(event.lost ?? []).map(({ node, found }) => `  ${nameOf(state, node)}: ${LOST[found]}`),
    ...open.map((node) => `  ${nameOf(state, node.n)}: ${GOING_ON[node.stage] ?? ''}`),
  ]
}

function phaseLines(
  event: Extract<RunEvent, { type: 'phase' }>,
  state: RunState,
  colours: Colours,
): string[] {
  const nodes = count(event.nodes.length, 'node')
  switch (event.phase) {
    case 'proof':
      return [
        `Disabling ${nameOf(state, event.nodes[0] ?? -1)} alone, to see that it can be enabled again`,
      ]
    case 'lock':
      return event.nodes.length > 0 ? [`Disabling ${nodes}: ${cleanLine(state.lockText)}`] : []
    case 'drain':
      return [`Waiting for ${nodes} to be idle`]
    case 'run':
      return runHeading(event, state, colours)
    case 'release':
      return []
  }
}

function runHeading(
  { group = 0, batch = 0, nodes }: Extract<RunEvent, { type: 'phase' }>,
  { options, plan }: RunState,
  { bold }: Colours,
): string[] {
  if (options.order === 'stream') {
    const heading = bold(`All ${plan.groups.length} groups`)
    return ['', `${heading}: ${count(nodes.length, 'node')}, ${paceAsked(options)}`]
  }
  const heading = bold(`Group ${group + 1} of ${plan.groups.length}`)
  const all = plan.groups[group]?.length ?? 0
  if (options.batch === undefined && options.canary === undefined)
    return ['', `${heading}: ${count(nodes.length, 'node')}`]
  const line = `${batchText(options, group, batch, all)}: ${count(nodes.length, 'node')}`
  return batch === 0 ? ['', `${heading}: ${count(all, 'node')}`, line] : [line]
}

function result(node: NodeState, state: RunState, colours: Colours): string {
  const { outcome, startedAt, endedAt } = node
  if (!outcome) return ''
  const proven = outcome.result === 'changed' || outcome.result === 'unchanged'
  const paint = proven
    ? colours.good
    : outcome.result === 'failed' || outcome.result === 'unknown'
      ? colours.bad
      : colours.warn
  const took = startedAt === null || endedAt === null ? '' : ` in ${duration(endedAt - startedAt)}`
  const why = proven ? '' : `: ${cleanLine(outcome.reason)}`
  return `  ${nameOf(state, node.n)} ${paint(outcome.result)}${took}${why}`
}

function isTouched({ nodes }: RunState): boolean {
  return nodes.some(({ touched }) => touched)
}

function nameOf(state: RunState, n: number): string {
  return cleanLine(state.plan.nodes[n] ?? '')
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

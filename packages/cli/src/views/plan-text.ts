import {
  DEFAULT_FAILURES,
  DEFAULT_GATE,
  type EngineOptions,
  type Pace,
  type Plan,
} from '@choirmaster/core'
import type { NotHonoured } from '../edges-since.js'
import type { SitePlan, SourcedBecause } from '../site-plan.js'
import { cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { failuresText } from './failures-text.js'
import { gateText } from './gate-text.js'
import { NOOP_NOTICE } from './noop-text.js'
import { groupText, paceText } from './pace-text.js'
import { count } from './words.js'

const RULE = '-'.repeat(66)
/** Hex digits of the digest that are shown: enough to tell two plans apart at a glance. */
const DIGEST_SHOWN = 12
/** Orders that are listed with their sources: more fill a screen, and `--json` has all of them. */
const ORDERS_SHOWN = 30

/** How a plan is run, as far as the plan says it. */
type Shape = Pace &
  Pick<EngineOptions, 'failures' | 'gate' | 'until'> &
  Partial<Pick<EngineOptions, 'run'>>

type Shown = Plan & Partial<Pick<SitePlan, 'links' | 'isMerged'>>

/** A plan for people, line by line without line ends: a plan of 100,000 nodes is never held as one text. */
export function* planText(plan: Shown, pace: Shape, colours: Colours): Generator<string> {
  const { bold, dim } = colours
  const name = cleanLine(plan.environment)
  yield `Puppet site plan for the ${bold(name)} environment`
  yield ''
  yield `${count(plan.applications.length, 'application')} on ${count(plan.nodes.length, 'node')}:`
  yield ''
  for (const application of plan.applications) yield `    ${cleanLine(application)}`
  yield* also(plan)
  yield ''
  yield bold('Node groups and run order:')
  for (const [position, group] of plan.groups.entries()) {
    yield `  ${dim(RULE)}`
    yield `  Group ${position + 1}, ${count(group.length, 'node')}${groupText(pace, position, group.length)}`
    for (const node of group) {
      yield ''
      yield `    ${bold(cleanLine(plan.nodes[node] ?? ''))}`
      for (const [application, components] of plan.placement(node)) {
        for (const component of components) {
          yield `        ${cleanLine(application)} -> ${cleanLine(component)}`
        }
      }
    }
    yield ''
  }
  yield `  ${dim(RULE)}`
  yield* origins(plan)
  yield* links(plan)
  yield* assumed(plan)
  yield* unproduced(plan)
  yield* ignored(plan)
  yield* dropped(plan)
  yield* suspects(plan, colours)
  yield ''
  yield* gateText(pace.gate ?? DEFAULT_GATE)
  if (pace.until !== undefined) yield `Nothing new starts after ${pace.until}.`
  yield `${failuresText(pace.failures ?? DEFAULT_FAILURES, plan.nodes.length)}.`
  yield `${paceText(pace)}. Plan ${plan.digest.slice(0, DIGEST_SHOWN)}.`
  if (pace.run?.noop === true) yield NOOP_NOTICE
}

function* also(plan: Plan): Generator<string> {
  if (plan.alsoApplied.length === 0) return
  yield ''
  yield 'Also applied, though not selected, as Puppet applies whole nodes:'
  yield ''
  for (const application of plan.alsoApplied) yield `    ${cleanLine(application)}`
}

/** Where each order is from, of a graph of several sources. */
function* origins({ isMerged = false, nodes, consumers, because }: Shown): Generator<string> {
  const { offsets, targets } = consumers
  if (!isMerged || targets.length === 0) return
  yield ''
  yield 'Orders, with the sources that declare them:'
  let shown = 0
  for (const [from, name] of nodes.entries()) {
    for (const to of targets.subarray(offsets[from], offsets[from + 1])) {
      if (shown++ === ORDERS_SHOWN) {
        yield `    and ${targets.length - ORDERS_SHOWN} more, all of them with --json`
        return
      }
      const why = because(from, to).map(reason).join('; ')
      yield `    ${cleanLine(name)} before ${cleanLine(nodes[to] ?? '')}: ${why}`
    }
  }
}

function* links({ links = [] }: Shown): Generator<string> {
  if (links.length === 0) return
  yield ''
  yield 'Orders that no component declares:'
  for (const { from, to, origin } of links) {
    yield `    ${cleanLine(from)} before ${cleanLine(to)}: ${cleanLine(origin)}`
  }
}

/** Orders that came into the graph while its nodes ran. */
export function* notHonouredText(
  edges: readonly NotHonoured[],
  { warn }: Colours,
): Generator<string> {
  if (edges.length === 0) return
  yield ''
  yield warn('Warning: orders that appeared under the run, and so were not honoured:')
  for (const { from, to, because } of edges) {
    yield `  ${cleanLine(from)} before ${cleanLine(to)}: ${because.map(reason).join('; ')}`
  }
  yield 'Run again, so that they are.'
}

function* assumed(plan: Plan): Generator<string> {
  const { assumeDone } = plan.selection
  if (plan.assumed.length === 0 && assumeDone.length === 0) return
  yield ''
  yield 'Assumed already done, not run:'
  for (const one of plan.assumed) {
    const why = one.why === 'outside' ? 'not selected' : '--assume-done'
    yield `    ${cleanLine(one.producerNode)} makes ${cleanLine(one.capability)} for ${cleanLine(one.consumerNode)}: ${cleanLine(one.producer)} -> ${cleanLine(one.consumer)} (${why})`
  }
  const producers = new Set(plan.assumed.map(({ producerNode }) => producerNode))
  for (const node of new Set(assumeDone)) {
    if (producers.has(node)) continue
    yield `    ${cleanLine(node)}: nobody in the plan consumes from it (--assume-done)`
  }
}

function* unproduced(plan: Plan): Generator<string> {
  if (plan.unproduced.length === 0) return
  yield ''
  yield 'Made by nobody, though needed by applications that are applied too:'
  for (const { capability, consumer, consumerNode } of plan.unproduced) {
    yield `    ${cleanLine(capability)} for ${cleanLine(consumerNode)}: ${cleanLine(consumer)}`
  }
}

function* ignored(plan: Plan): Generator<string> {
  if (plan.ignored.length === 0) return
  yield ''
  yield 'Ignored, orders of applications that are not selected and would close a circle:'
  for (const { from, to, because } of plan.ignored) {
    yield `    ${cleanLine(from)} before ${cleanLine(to)}: ${because.map(reason).join('; ')}`
  }
}

function reason({ capability, producer, consumer, sources }: SourcedBecause): string {
  const from = sources === undefined ? '' : ` (${sources.join(', ')})`
  return cleanLine(`${capability}, ${producer} -> ${consumer}${from}`)
}

function* dropped(plan: Plan): Generator<string> {
  if (plan.dropped.length === 0) return
  yield ''
  yield 'Left out:'
  for (const { node, why, of } of plan.dropped) {
    const cause =
      why === 'excluded'
        ? '--exclude'
        : `depends on ${of === undefined ? 'an excluded node' : cleanLine(of)}`
    yield `    ${cleanLine(node)} (${cause})`
  }
}

function* suspects(plan: Plan, { warn }: Colours): Generator<string> {
  if (plan.suspectNames.length === 0) return
  yield ''
  yield `${warn('Warning:')} certnames are lower case, so these nodes can never answer:`
  for (const node of plan.suspectNames) yield `    ${cleanLine(node)}`
}

import type { RunPlan } from '../run/run-plan.js'
import type { DocumentEdge, PlanDocument } from './document.js'

/** One thing that is not the same in two plans. */
export interface PlanChange {
  readonly what: ChangedThing
  readonly change: 'added' | 'removed' | 'changed'
  /** A sentence for the operator. */
  readonly message: string
}

export type ChangedThing =
  | 'environment'
  | 'code'
  | 'application'
  | 'node'
  | 'component'
  | 'edge'
  | 'ignored'
  | 'assumed'
  | 'unproduced'
  | 'dropped'
  | 'order'
  | 'capability'

/** What a thing is called → what is said of it; the same call in both plans means the same thing. */
type Facts = Map<string, string>

const VIEWS: readonly (readonly [ChangedThing, (plan: PlanDocument) => Facts])[] = [
  ['environment', (plan) => new Map([['The environment', plan.environment]])],
  ['code', (plan) => new Map([['The version of the code', plan.code_id ?? 'not known']])],
  ['application', applications],
  ['node', (plan) => new Map(Object.keys(plan.nodes).map((name) => [`Node ${name}`, 'there']))],
  ['component', components],
  ['edge', (plan) => edges('Edge', plan.edges)],
  ['ignored', (plan) => edges('Ignored edge', plan.ignored)],
  ['assumed', assumed],
  ['unproduced', unproduced],
  [
    'dropped',
    (plan) => new Map(plan.dropped.map((one) => [`Left-out node ${one.node}`, dropping(one)])),
  ],
]

/**
 * What changed from one plan to another, for a saved plan that no longer fits its site. Never empty when the
 * digests differ. What was asked for does not count, only what came of it.
 */
export function diffPlans(before: PlanDocument, after: PlanDocument): PlanChange[] {
  const changes = VIEWS.flatMap(([what, facts]) => compare(what, facts(before), facts(after)))
  if (changes.length > 0) return changes
  if (JSON.stringify(before.groups) !== JSON.stringify(after.groups)) {
    return [{ what: 'order', change: 'changed', message: 'The groups are not the same.' }]
  }
  if (before.digest === after.digest) return []
  const message =
    'Capabilities changed that order no nodes: nobody else consumes them, or the node that makes them does.'
  return [{ what: 'capability', change: 'changed', message }]
}

/** What a journal holds of the plan of its run, and the version of its code: null where it had none. */
export interface DatedRunPlan extends RunPlan {
  /** Absent: not to be compared. */
  readonly code?: string | null
}

const RUN_VIEWS: readonly (readonly [ChangedThing, (plan: DatedRunPlan) => Facts])[] = [
  ['environment', (plan) => new Map([['The environment', plan.environment]])],
  [
    'code',
    ({ code }) =>
      new Map(code === undefined ? [] : [['The version of the code', code ?? 'not known']]),
  ],
  [
    'application',
    ({ applications: all }) => new Map(all.map(({ name }) => [`Application ${name}`, 'there'])),
  ],
  ['node', (plan) => new Map(plan.nodes.map((name) => [`Node ${name}`, 'there']))],
  ['component', runComponents],
  ['edge', runEdges],
]

/**
 * What changed since a run was planned, as far as its journal tells: not which components a node carries, nor what they
 * produce and consume. Never empty when the digests differ.
 */
export function diffRunPlans(before: DatedRunPlan, after: DatedRunPlan): PlanChange[] {
  const changes = RUN_VIEWS.flatMap(([what, facts]) => compare(what, facts(before), facts(after)))
  if (changes.length > 0 || before.digest === after.digest) return changes
  const code = before.code === undefined ? ', or the version of the code is' : ''
  const message = `Components on its nodes, or what they produce and consume, are others${code}.`
  return [{ what: 'component', change: 'changed', message }]
}

/** Whether a node carries anything of an application; of new nodes and applications that is said already. */
function runComponents({ applications: all, nodes }: DatedRunPlan): Facts {
  return new Map(
    all.flatMap(({ name, nodes: on }) =>
      on.map((n) => [`What ${nodes[n] ?? ''} carries of ${name}`, 'there'] as const),
    ),
  )
}

function runEdges({ edges: pairs, nodes }: DatedRunPlan): Facts {
  const facts: Facts = new Map()
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    facts.set(`Edge ${nodes[pairs[i] ?? 0] ?? ''} -> ${nodes[pairs[i + 1] ?? 0] ?? ''}`, 'there')
  }
  return facts
}

function compare(what: ChangedThing, before: Facts, after: Facts): PlanChange[] {
  const changes: PlanChange[] = []
  for (const [name, was] of before) {
    const is = after.get(name)
    if (is === was) continue
    changes.push(
      is === undefined
        ? { what, change: 'removed', message: `${name} is gone.` }
        : { what, change: 'changed', message: `${name} was ${was} and is ${is}.` },
    )
  }
  for (const name of after.keys()) {
    if (!before.has(name)) changes.push({ what, change: 'added', message: `${name} is new.` })
  }
  return changes
}

function applications(plan: PlanDocument): Facts {
  return new Map([
    ...plan.applications.map((name) => [`Application ${name}`, 'selected'] as const),
    ...plan.also_applied.map((name) => [`Application ${name}`, 'only applied too'] as const),
  ])
}

/** A component of an application is on one node. */
function components(plan: PlanDocument): Facts {
  const facts: Facts = new Map()
  for (const [node, placement] of Object.entries(plan.nodes)) {
    for (const [application, references] of Object.entries(placement)) {
      for (const one of references) facts.set(`Component ${one} of ${application}`, `on ${node}`)
    }
  }
  return facts
}

function edges(word: string, list: readonly DocumentEdge[]): Facts {
  return new Map(
    list.map(({ from, to, because }) => [
      `${word} ${from} -> ${to}`,
      because
        .map(({ capability, producer, consumer }) => `${capability} of ${producer} for ${consumer}`)
        .join(', '),
    ]),
  )
}

function assumed(plan: PlanDocument): Facts {
  return new Map(
    plan.assumed.map((one) => [
      `Assumed producer ${one.producer} on ${one.producer_node} of ${one.capability} for ${one.consumer} on ${one.consumer_node}`,
      one.why === 'outside' ? 'not selected' : 'said to be done',
    ]),
  )
}

function unproduced(plan: PlanDocument): Facts {
  return new Map(
    plan.unproduced.map((one) => [
      `${one.capability}, which nobody makes, for ${one.consumer} on ${one.consumer_node}`,
      'there',
    ]),
  )
}

function dropping({ why, of }: PlanDocument['dropped'][number]): string {
  return why === 'excluded' ? 'excluded' : `dropped because of ${String(of)}`
}

import type { PastRuns, RunPlan } from '@choirmaster/core'
import type { FaultEntry } from '../../src/index.js'
import { judgeCase, type CaseResult } from './run-case.js'
import type { OwnSide } from './random-troubles.js'
import type { RandomCase } from './random-scenario.js'

/** The smallest part of a seeded run that was found to break the same promise. */
export interface Shrunk {
  readonly promise: string
  readonly nodes: readonly string[]
  /** Pairs of names: from, to. */
  readonly edges: readonly (readonly [string, string])[]
  readonly faults: Readonly<Record<string, readonly FaultEntry[]>>
  readonly own: OwnSide
  readonly past: PastRuns | null
}

/** A failure is read by people: so many tries are enough to make it small. */
const MOST_TRIES = 400

/** Leaves out nodes, faults and troubles one by one, as long as the first of the promises is still broken. */
export async function shrink({ seed, mode, case: whole, violations }: CaseResult): Promise<Shrunk> {
  const promise = violations[0]?.promise ?? ''
  let tries = 0
  const breaks = async (part: RandomCase): Promise<boolean> => {
    tries++
    const result = await judgeCase(seed, mode, part).catch(() => null)
    return result?.violations.some((violation) => violation.promise === promise) ?? false
  }
  let best = whole
  for (let smaller = true; smaller && tries < MOST_TRIES;) {
    smaller = false
    for (const part of partsOf(best)) {
      if (tries >= MOST_TRIES || !(await breaks(part))) continue
      best = part
      smaller = true
      break
    }
  }
  return describe(promise, best)
}

/** Each of them has one thing less; the largest things first. */
function* partsOf(whole: RandomCase): Generator<RandomCase> {
  const { plan, scenario, own, past } = whole
  const nodes = scenario.nodes ?? {}
  for (const [n, name] of plan.nodes.entries()) {
    if (plan.nodes.length === 1) break
    const { [name]: _, ...rest } = nodes
    yield {
      ...whole,
      plan: withoutNode(plan, n),
      scenario: { ...scenario, nodes: rest },
      past: past && { ...past, nodes: past.nodes.toSpliced(n, 1) },
    }
  }
  if (past !== undefined) yield { ...whole, past: undefined }
  for (const key of Object.keys(own) as (keyof OwnSide)[]) {
    const { [key]: _, ...rest } = own
    yield { ...whole, own: rest }
  }
  if (own.crash?.again !== undefined) {
    const { again: _, ...crash } = own.crash
    yield { ...whole, own: { ...own, crash } }
  }
  for (const [name, faults] of Object.entries(nodes)) {
    for (const fault of faults) {
      const left = { ...nodes, [name]: faults.filter((other) => other !== fault) }
      yield { ...whole, scenario: { ...scenario, nodes: left } }
    }
  }
}

/** The plan without a node and what leads to or from it. */
function withoutNode(plan: RunPlan, gone: number): RunPlan {
  const renumber = (numbers: readonly number[]): number[] =>
    numbers.filter((n) => n !== gone).map((n) => (n > gone ? n - 1 : n))
  const edges: number[] = []
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    const pair = renumber(plan.edges.slice(i, i + 2))
    if (pair.length === 2) edges.push(...pair)
  }
  return {
    ...plan,
    nodes: plan.nodes.filter((_, n) => n !== gone),
    edges,
    groups: plan.groups.map(renumber).filter((group) => group.length > 0),
    applications: plan.applications.map((application) => ({
      ...application,
      nodes: renumber(application.nodes),
      producers: renumber(application.producers),
    })),
  }
}

function describe(promise: string, { plan, scenario, own, past }: RandomCase): Shrunk {
  const edges: [string, string][] = []
  for (let i = 0; i + 1 < plan.edges.length; i += 2) {
    edges.push([
      plan.nodes[plan.edges[i] as number] as string,
      plan.nodes[plan.edges[i + 1] as number] as string,
    ])
  }
  const faults = scenario.nodes ?? {}
  return { promise, nodes: plan.nodes, edges, faults, own, past: past ?? null }
}

import { must, type Moment } from '@choirmaster/core/provide'
import type { CallSeen } from '../faults/fault.js'
import { FAULTS } from '../faults/registry.js'
import type { Limits, Rule } from '../faults/rule.js'
import { draw } from '../node/draw.js'
import type { NodeState, RunScript, SimNode } from '../node/node.js'
import type { FaultEntry, Scenario } from '../scenario/scenario.js'
import type { Happening } from './scene.js'
import type { Treatment } from './treatment.js'

/** The rules of a scenario, ready to be looked up for a node. */
export interface RuleBook {
  /** The rules that concern a node, in the scenario's order; whether one with a chance does is drawn with the node's seed. */
  rulesOf(name: string, seed: number): readonly Rule[]
  /** Names and patterns that no node has matched yet. */
  unmatched(): readonly string[]
}

interface Draft {
  /** Position in the scenario. */
  readonly order: number
  readonly chance: number
  readonly rule: Rule
}

/** `*` stands for any text; everything else for itself. */
export function matcher(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'))
  const expression = new RegExp(`^${parts.join('.*')}$`, 's')
  return (name) => expression.test(name)
}

/** Seconds; a fault that follows something strikes in its wake, not at the same moment. */
const IN_THE_WAKE = 0.1

function limitsOf(entry: FaultEntry, timed: boolean): Limits {
  const { attempt, times, after, actions, after_calls, at, on, delay, every } = entry
  const once = on !== undefined && times === undefined ? 1 : times
  return {
    ...(attempt === undefined ? {} : { attempt }),
    ...(once === undefined ? {} : { times: once }),
    ...(after === undefined ? {} : { after }),
    ...(actions === undefined ? {} : { actions }),
    ...(after_calls === undefined ? {} : { after_calls }),
    ...(timed && on === undefined ? { at: at ?? 0 } : {}),
    ...(on === undefined ? {} : { on, delay: delay ?? IN_THE_WAKE }),
    ...(every === undefined ? {} : { every }),
  }
}

/** @param scenario whose faults are known to be valid */
export function ruleBook(scenario: Scenario): RuleBook {
  const unmatched = new Set(Object.keys(scenario.nodes ?? {}))
  // A scenario may name each of 10,000 nodes: those are looked up, and only patterns are tried.
  const exact = new Map<string, readonly Draft[]>()
  const patterns: { pattern: string; matches: (name: string) => boolean; drafts: Draft[] }[] = []
  let order = 0
  for (const [pattern, faults] of Object.entries(scenario.nodes ?? {})) {
    const drafts = faults.map((entry, index) => draft(pattern, entry, index, order++))
    if (!pattern.includes('*')) exact.set(pattern, drafts)
    else patterns.push({ pattern, matches: matcher(pattern), drafts })
  }
  return {
    unmatched: () => [...unmatched],
    rulesOf(name, seed) {
      unmatched.delete(name)
      const matching = patterns.filter(({ matches }) => matches(name))
      for (const { pattern } of matching) unmatched.delete(pattern)
      return [...(exact.get(name) ?? []), ...matching.flatMap(({ drafts }) => drafts)]
        .sort((a, b) => a.order - b.order)
        .filter(({ chance, order: at }) => chance >= 1 || draw(seed, 'chance', at) < chance)
        .map(({ rule }) => rule)
    },
  }
}

function draft(pattern: string, entry: FaultEntry, index: number, order: number): Draft {
  const kind = must(FAULTS.get(entry.fault), `fault ${entry.fault}`)
  const rule: Rule = {
    key: `${pattern} ${index} ${JSON.stringify(entry)}`,
    kind,
    params: entry as unknown as Rule['params'],
    limits: limitsOf(entry, kind.strikes === 'time'),
  }
  return { order, chance: entry.chance ?? 1, rule }
}

/** Counts a strike; false when the rule has struck often enough. */
export function strikes(state: NodeState, rule: Rule): boolean {
  const before = state.hits[rule.key] ?? 0
  if (rule.limits.times !== undefined && before >= rule.limits.times) return false
  state.hits[rule.key] = before + 1
  return true
}

const tooEarly = (rule: Rule, age: number): boolean => age < (rule.limits.after ?? 0) * 1000

/** Lets faults of requests rewrite what becomes of one. @param age of the fleet, ms */
export function treatCall(
  node: SimNode,
  treatment: Treatment,
  seen: CallSeen,
  age: number,
  struck: (fault: string) => void,
): void {
  for (const rule of node.rules) {
    const { kind, limits } = rule
    if (kind.strikes !== 'call' || tooEarly(rule, age)) continue
    if (limits.actions !== undefined && !limits.actions.includes(seen.action)) continue
    if (limits.after_calls !== undefined) {
      const key = `calls ${rule.key}`
      const calls = (node.state.hits[key] ?? 0) + 1
      node.state.hits[key] = calls
      if (calls <= limits.after_calls) continue
    }
    if (!strikes(node.state, rule)) continue
    kind.call(treatment, seen, rule.params as never)
    struck(kind.name)
  }
}

/** Lets faults of runs rewrite what a Puppet process is going to do. */
export function rewriteRun(
  node: SimNode,
  script: RunScript,
  attempt: number,
  age: number,
  struck: (fault: string) => void,
): void {
  for (const rule of node.rules) {
    const { kind, limits } = rule
    if (kind.strikes !== 'run' || tooEarly(rule, age)) continue
    if (limits.attempt !== undefined && limits.attempt !== attempt) continue
    if (!strikes(node.state, rule)) continue
    kind.run(script, rule.params as never)
    struck(kind.name)
  }
}

/** Rules that wait for this to happen and may still strike. */
export function waitingFor(node: SimNode, what: Happening): readonly Rule[] {
  return node.rules.filter(
    (rule) => rule.kind.strikes === 'time' && rule.limits.on === what && strikes(node.state, rule),
  )
}

/** When a rule that strikes by itself first does, ms of the fleet's clock. */
export function firstStrike(rule: Rule, start: Moment): Moment | undefined {
  return rule.kind.strikes === 'time' && rule.limits.at !== undefined
    ? start + Math.round(rule.limits.at * 1000)
    : undefined
}

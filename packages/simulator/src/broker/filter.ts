import { AGENT } from '../agent/act.js'
import { objectOf } from './json.js'

/** Which nodes a request is for. */
export interface Filter {
  /** One of them, each a name or `/regular expression/`; none: any. */
  readonly identity: readonly string[]
  /** All of them. */
  readonly agent: readonly string[]
  /** It asks for facts, classes or an expression of these, which simulated nodes do not have. */
  readonly unanswerable: boolean
}

export const ANY: Filter = { identity: [], agent: [], unanswerable: false }

/** Agents of each simulated node: discovery and rpcutil are part of every server. */
export const AGENTS: readonly string[] = ['discovery', 'rpcutil', AGENT]

/**
 * @param value the request's filter; v1 wants all arrays but `agent` (go-choria's schema of requests)
 * @returns undefined: no filter
 */
export function readFilter(value: unknown): Filter | undefined {
  const filter = objectOf(value)
  if (filter === undefined) return undefined
  const { fact, cf_class, compound, identity, agent = [] } = filter
  for (const list of [fact, cf_class, compound, identity, agent]) {
    if (!Array.isArray(list)) return undefined
  }
  if (!isTexts(identity) || !isTexts(agent)) return undefined
  const unanswerable = [fact, cf_class, compound].some((list) => (list as unknown[]).length > 0)
  return { identity, agent, unanswerable }
}

export function matches({ identity, agent, unanswerable }: Filter, node: string): boolean {
  if (unanswerable) return false
  if (identity.length > 0 && !identity.some((wanted) => fits(wanted, node))) return false
  return agent.every((wanted) => AGENTS.some((name) => fits(wanted, name)))
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

function fits(wanted: string, name: string): boolean {
  const [, pattern] = /^\/(.*)\/$/s.exec(wanted) ?? []
  if (pattern === undefined) return wanted === name
  try {
    return new RegExp(pattern).test(name)
  } catch {
    return false
  }
}

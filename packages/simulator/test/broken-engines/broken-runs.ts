import {
  executeRun,
  type NodeAgent,
  type RunInput,
  type RunPlan,
  type RunReport,
} from '@choirmaster/core'
import { dawdling, drain } from './broken-agents.js'

export type Engine = (input: RunInput) => Promise<RunReport>

/** Of each node's producers only the first is waited for. */
export function firstProducerOnly(whole: RunPlan): RunPlan {
  const edges: number[] = []
  const seen = new Set<number>()
  for (let i = 0; i + 1 < whole.edges.length; i += 2) {
    const [from, to] = [whole.edges[i] as number, whole.edges[i + 1] as number]
    if (seen.has(to)) continue
    seen.add(to)
    edges.push(from, to)
  }
  const level = (n: number): number => {
    const at = edges.findIndex((to, i) => i % 2 === 1 && to === n)
    return at < 0 ? 0 : 1 + level(edges[at - 1] as number)
  }
  const groups: number[][] = []
  for (const n of whole.nodes.keys()) (groups[level(n)] ??= []).push(n)
  return { ...whole, edges, groups: groups.filter((group) => group.length > 0) }
}

export async function enablesAllAtTheEnd(input: RunInput): Promise<RunReport> {
  const ended = await executeRun(input)
  const call = { signal: new AbortController().signal }
  await drain(input.agent.enable(input.plan.nodes, ended.lock_text, call))
  return ended
}

export async function disablesBeforeItAsks(input: RunInput): Promise<RunReport> {
  const call = { signal: input.hard }
  const [first = ''] = input.plan.nodes
  await drain(input.agent.disable([first], 'choirmaster looks', call))
  return executeRun(input)
}

export async function asksStrangers(input: RunInput): Promise<RunReport> {
  const call = { signal: input.hard }
  await drain(input.agent.status(['stranger.example.net'], call))
  return executeRun(input)
}

/** Interrupts are not heard. */
export const deaf: Engine = (input) =>
  executeRun({ ...input, soft: new AbortController().signal, hard: new AbortController().signal })

/** Nodes are enabled, or asked to run, so much later than that was decided. */
export const dawdles =
  (late: { readonly enable?: number; readonly run?: number }): Engine =>
  (input) =>
    executeRun({ ...input, agent: dawdling(input.agent, input.clock, late) })

/** After an interrupt it takes so long before it enables. */
export const dawdlesOnceInterrupted =
  (ms: number): Engine =>
  (input) => {
    const { agent, clock, soft } = input
    const slow = dawdling(agent, clock, { enable: ms })
    const enable: NodeAgent['enable'] = (...asked) => (soft.aborted ? slow : agent).enable(...asked)
    return executeRun({ ...input, agent: { ...agent, enable } })
  }

/** Between an intent to disable and its request there is time for much. */
export const dallies: Engine = ({ agent: real, clock, hard, ...input }) => {
  const late: NodeAgent = {
    ...real,
    async *disable(nodes, message, call) {
      await clock.sleepUntil(clock.now() + 30_000, hard)
      yield* real.disable(nodes, message, call)
    },
  }
  return executeRun({ ...input, clock, hard, agent: late })
}

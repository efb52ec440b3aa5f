import type { NodeStatus, Nodes, NodeResult, Outcome, RunInput, RunReport } from '@choirmaster/core'
import { lockText } from '@choirmaster/core'

/** 40 questions, 5 s apart, for every wait. */
const TRIES = 40
const PAUSE_MS = 5_000

/** The logic of the 2016 orchestrator: what was reported wrong there is wrong here. */
export async function seedEngine(input: RunInput): Promise<RunReport> {
  const { agent, plan, clock } = input
  const call = { signal: input.hard }
  const startedAt = clock.now()
  const text = lockText(input.run, agent.caller, startedAt)
  const results = new Map<string, NodeResult>()
  let failure: string | null = null

  const replies = async <T>(stream: AsyncIterable<Outcome<T>>): Promise<[string, T][]> => {
    const found: [string, T][] = []
    for await (const outcome of stream) {
      if (outcome.ok) found.push([outcome.node, outcome.value])
      // A bad reply raises, once the request has reached every node; silence is no reply.
      else if (outcome.problem.silence === undefined) throw new Error(outcome.problem.message)
    }
    return found
  }
  const status = (nodes: Nodes): Promise<[string, NodeStatus][]> =>
    replies(agent.status(nodes, call))
  const disable = (nodes: Nodes): Promise<unknown> => replies(agent.disable(nodes, text, call))
  const enable = (nodes: Nodes): Promise<unknown> => replies(agent.enable(nodes, text, call))

  async function wait(nodes: Nodes, applying: boolean): Promise<void> {
    for (let i = 0; i < TRIES; i++) {
      const all = await status(nodes)
      if (all.every(([, { applying: is }]) => is === applying)) return
      await clock.sleepUntil(clock.now() + PAUSE_MS, input.hard)
      if (input.soft.aborted) throw new DOMException('interrupted', 'AbortError')
    }
    throw new Error(`nodes did not ${applying ? 'start' : 'end'} in time`)
  }

  async function failed(nodes: Nodes): Promise<string[]> {
    const summaries = await replies(agent.evidence(nodes, call))
    return summaries
      .filter(([, { facts }]) => Number((facts as { failed?: number }).failed) > 0)
      .map(([node]) => node)
  }

  async function runBatch(nodes: Nodes): Promise<void> {
    await enable(nodes)
    await replies(agent.requestRun(nodes, input.options.run, call))
    await wait(nodes, true)
    await wait(nodes, false)
    await disable(nodes)
    const bad = await failed(nodes)
    for (const node of nodes) results.set(node, bad.includes(node) ? 'failed' : 'changed')
    if (bad.length > 0) throw new Error(`failed resources on ${bad.join(', ')}`)
  }

  try {
    const disabled = (await status(plan.nodes)).filter(([, { enabled }]) => !enabled)
    if (disabled.length > 0) throw new Error('some nodes are disabled')
    await disable(plan.nodes)
    await wait(plan.nodes, false)
    for (const group of plan.groups) {
      const names = group.map((n) => plan.nodes[n] as string)
      const { batch } = input.options
      const size = typeof batch === 'number' ? batch : names.length
      for (let from = 0; from < names.length; from += size) {
        await runBatch(names.slice(from, from + size))
      }
    }
    await enable(plan.nodes)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
    // Only its own errors reach the clean-up, and that raises on the first node that is disabled already.
    if (!(error instanceof DOMException)) await disable(plan.nodes).catch(() => undefined)
  }
  return report(input, { startedAt, text, results, failure })
}

interface Ended {
  readonly startedAt: number
  readonly text: string
  readonly results: ReadonlyMap<string, NodeResult>
  readonly failure: string | null
}

/** What it printed, as a report: it names nothing that it left disabled. */
function report({ run, plan, agent, clock }: RunInput, ended: Ended): RunReport {
  const { failure, results, text } = ended
  const result = (name: string): NodeResult =>
    results.get(name) ?? (failure === null ? 'changed' : 'not reached')
  const counts: Partial<Record<NodeResult, number>> = {}
  for (const name of plan.nodes) counts[result(name)] = (counts[result(name)] ?? 0) + 1
  return {
    schema: 'choirmaster.report/1',
    run,
    result: failure === null ? 'succeeded' : 'failed',
    exit: failure === null ? 0 : 5,
    environment: plan.environment,
    digest: plan.digest,
    caller: agent.caller,
    lock_text: text,
    started: new Date(ended.startedAt).toISOString(),
    ended: new Date(clock.now()).toISOString(),
    reason: failure,
    policy: {
      scope: 'run',
      on_failure: 'stop',
      max_failures: 0,
      retries: 0,
      spent: [],
    },
    counts,
    nodes: Object.fromEntries(
      plan.nodes.map((name) => [
        name,
        {
          result: result(name),
          lock: 'released',
          reason: failure ?? 'run',
          code: 'seed',
          evidence: {},
          warnings: [],
          attempts: results.has(name) ? 1 : 0,
          because: null,
          seconds: null,
        },
      ]),
    ),
    left_disabled: {},
  }
}

import type { Check, Violation } from './check.js'
import type { Judged, NodeHistory } from './history.js'

/** S6 width, S7 nothing new after a failure, S8 at most once, S13 intent first. */
export const checkStarts: Check = (judged, nodes) => [
  ...width(judged, nodes),
  ...afterFailure(judged, nodes),
  ...once(judged, nodes),
  ...intended(judged, nodes),
]

function width({ report, options }: Judged, nodes: ReadonlyMap<string, NodeHistory>): Violation[] {
  const most = options.batch ?? options.width
  const edges: [number, number][] = []
  for (const node of nodes.values()) {
    for (const run of node.runs) {
      if (run.by !== report.caller || run.started === null) continue
      edges.push([run.started, 1], [run.ended ?? Infinity, -1])
    }
  }
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let running = 0
  for (const [, step] of edges) {
    running += step
    if (running > most)
      return [{ promise: 'S6', message: `${running} nodes ran at once, ${most} are allowed` }]
  }
  return []
}

/** A change that was decided before the failure became known may still be on its way. */
const ON_ITS_WAY_MS = 1_000

function afterFailure(
  { events, report }: Judged,
  nodes: ReadonlyMap<string, NodeHistory>,
): Violation[] {
  const failure = events.find(
    (event) =>
      event.type === 'judged' &&
      ['failed', 'unknown'].includes(event.verdict.result) &&
      !events.some(
        (later) => later.type === 'judged' && later.node === event.node && later.at > event.at,
      ),
  )
  if (failure === undefined) return []
  return [...nodes.values()].flatMap((node) =>
    node.requests
      .filter(
        ({ action, sent, at }) =>
          action === 'runonce' && sent > failure.at + ON_ITS_WAY_MS && spawnedAt(node, at),
      )
      .map((): Violation => ({
        promise: 'S7',
        node: node.name,
        message: `was run after a failure was known (${report.run})`,
      })),
  )
}

function spawnedAt(node: NodeHistory, at: number): boolean {
  return node.runs.some((run) => run.spawned === at)
}

/** Two runs of ours may take the run lock on a node only where the first was no run that counts: somebody else's was judged. */
function once(
  { report, events, plan }: Judged,
  nodes: ReadonlyMap<string, NodeHistory>,
): Violation[] {
  return [...nodes.values()].flatMap((node): Violation[] => {
    const spawned = node.runs.filter((run) => run.by === report.caller)
    const attempts = report.nodes[node.name]?.attempts ?? 0
    const violations: Violation[] = []
    if (spawned.length > attempts) {
      violations.push({
        promise: 'S8',
        node: node.name,
        message: `was run ${spawned.length} times, the report says ${attempts}`,
      })
    }
    const repeated = spawned.filter((run) => run.started !== null && !run.killed).length > 1
    const displaced = events.some(
      (event) =>
        event.type === 'judged' &&
        plan.nodes[event.node] === node.name &&
        event.verdict.result === 'foreign',
    )
    if (repeated && !displaced) {
      violations.push({ promise: 'S8', node: node.name, message: 'two runs of ours applied' })
    }
    return violations
  })
}

function intended(
  { events, report, plan }: Judged,
  nodes: ReadonlyMap<string, NodeHistory>,
): Violation[] {
  const intents = new Map<string, number[]>()
  for (const event of events) {
    if (event.type !== 'intent') continue
    for (const n of event.nodes) {
      const key = `${plan.nodes[n] ?? ''} ${event.change}`
      intents.set(key, [...(intents.get(key) ?? []), event.at])
    }
  }
  return [...nodes.values()].flatMap((node) => {
    const acts = [
      ...node.locks
        .filter((change) => change.by === report.caller)
        .map((change) => [change.what.slice(0, -1), change.at] as const),
      ...node.runs
        .filter((run) => run.by === report.caller)
        .map((run) => ['run', run.spawned] as const),
    ]
    return acts
      .filter(
        ([what, at]) => !(intents.get(`${node.name} ${what}`) ?? []).some((intent) => intent <= at),
      )
      .map(([what]): Violation => ({
        promise: 'S13',
        node: node.name,
        message: `${what} without an intent before it`,
      }))
  })
}

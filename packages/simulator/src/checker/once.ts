import type { Check, Violation } from './check.js'
import type { NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/**
 * S8: attempts are numbered, and a second run of ours applies only where the first was displaced (somebody else's run
 * stood in the evidence, or it died without a record) or a retry is allowed; none is asked for while one goes on.
 */
export const checkOnce: Check = (judged, nodes) => [
  ...misnumbered(judged),
  ...[...nodes.values()].flatMap((node) => {
    const { report, options } = judged
    const ours = node.runs.filter((run) => run.by === report.caller)
    const attempts = report.nodes[node.name]?.attempts ?? 0
    const broken: string[] = []
    if (ours.length > attempts && judged.cut !== true) {
      broken.push(`was run ${ours.length} times, the report says ${attempts}`)
    }
    const applied = ours.filter((run) => run.started !== null && run.ending !== 'killed')
    const others = node.runs.some((run) => run.by !== report.caller && run.started !== null)
    const most = 1 + (options.failures?.retries ?? 0)
    if (applied.length > most && !others) {
      broken.push(`${applied.length} runs of ours applied, ${most} may`)
    }
    if (most > 1 && isHurried(node, report.caller)) {
      broken.push('was asked for another run while one of ours went on')
    }
    return broken.map((message): Violation => ({ promise: 'S8', node: node.name, message }))
  }),
]

/** A run was asked for before the one before had ended, though that took the run lock. */
function isHurried(node: NodeHistory, caller: string): boolean {
  const ours = node.runs.filter((run) => run.by === caller && run.started !== null)
  return node.requests.some(
    ({ action, sent, acted }) =>
      action === 'runonce' &&
      ours.some(
        ({ spawned, over }) =>
          spawned !== acted && spawned < sent && (over === null || over > sent),
      ),
  )
}

/** Numbers of the attempts on a node rise by one; a request that the node refused is no attempt. */
function misnumbered({ plan, wire, events, cut }: Judged): Violation[] {
  const last = new Map<number, number>()
  // A number that the store forgot is given again.
  const durable = cut === true ? [{ what: 'durable' as const, events }] : wire
  return durable.flatMap((entry) => {
    if (entry.what !== 'durable') return []
    return entry.events.flatMap((event): Violation[] => {
      if (event.type !== 'intent' || event.change !== 'run') return []
      return event.nodes.flatMap((n, i): Violation[] => {
        const before = last.get(n) ?? 0
        const number = event.attempts?.[i] ?? 0
        last.set(n, number)
        if (number >= 1 && (number === before || number === before + 1)) return []
        const message = `attempt ${number} follows attempt ${before}`
        return [{ promise: 'S8', node: plan.nodes[n] ?? '', message }]
      })
    })
  })
}

import type { Check, Violation } from './check.js'
import { deaths } from './deaths.js'
import type { NodeHistory, PuppetRun } from './history.js'
import type { Judged } from './judged.js'

/** puppet agent notes, 3.1: within a try a run that never started, or was displaced, is requested once more. */
const ATTEMPTS = 2

/**
 * S8: attempts are numbered and few, and a second run of ours applies only where the first was displaced (somebody else's
 * run stood in the evidence, or it died without a record) or a retry is allowed; none is asked for while one goes on.
 */
export const checkOnce: Check = (judged, nodes) => [
  ...misnumbered(judged),
  ...[...nodes.values()].flatMap((node) =>
    whyTooOften(judged, node).map((message): Violation => ({
      promise: 'S8',
      node: node.name,
      message,
    })),
  ),
]

function whyTooOften(judged: Judged, node: NodeHistory): string[] {
  const { report, options, cut } = judged
  const ours = node.runs.filter((run) => run.by === report.caller)
  const attempts = report.nodes[node.name]?.attempts ?? 0
  const tries = 1 + (options.failures?.retries ?? 0)
  const broken: string[] = []
  if (ours.length > attempts && cut !== true) {
    broken.push(`was run ${ours.length} times, the report says ${attempts}`)
  }
  const most = tries * ATTEMPTS
  if (attempts > most) broken.push(`${attempts} attempts, ${most} may be`)
  const asked = askedFor(judged, node)
  if (asked > most) broken.push(`was asked for ${asked} runs, for ${most} it may be`)
  const applied = undisplaced(node, ours)
  if (applied > tries) broken.push(`${applied} runs of ours applied, ${tries} may`)
  if (isHurried(node, ours)) broken.push('was asked for another run while one of ours went on')
  return broken
}

/** How many runs were requested; a request that the node refused is none, and one that the store forgot not known. */
function askedFor(judged: Judged, { requests }: NodeHistory): number {
  const lost = judged.cut === true ? deaths(judged) : []
  return requests.filter(
    ({ action, sent, acted, code }) =>
      action === 'runonce' &&
      !(acted !== null && code !== 0) &&
      !lost.some(({ recorded, resumed }) => recorded <= sent && sent <= resumed),
  ).length
}

/** How many runs of ours applied, but those that died without a record, or during which somebody else's run applied. */
function undisplaced({ runs }: NodeHistory, ours: readonly PuppetRun[]): number {
  const others = runs.filter((run) => !ours.includes(run) && run.started !== null)
  const applied = ours.filter(
    ({ started, ending, recorded }) =>
      started !== null && !(ending === 'killed' && recorded === null),
  )
  return applied.filter((run, i) => {
    const next = applied[i + 1]
    const isDisplaced = others.some(
      ({ started, over }) =>
        next !== undefined &&
        (over ?? Infinity) >= run.spawned &&
        (started ?? Infinity) <= next.spawned,
    )
    return !isDisplaced
  }).length
}

/** A run was asked for after one before had taken the run lock, and before that had ended. */
function isHurried({ requests }: NodeHistory, ours: readonly PuppetRun[]): boolean {
  return requests.some(
    ({ action, sent, acted }) =>
      action === 'runonce' &&
      ours.some(
        ({ spawned, started, over }) =>
          spawned !== acted && started !== null && started < sent && (over === null || over > sent),
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

import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { type Death, deaths } from './deaths.js'
import type { NodeHistory } from './history.js'
import { isLookProbe } from './probe.js'
import type { Judged } from './judged.js'

const CHANGES: ReadonlySet<string> = new Set(['disable', 'enable', 'runonce'])

/**
 * S10: only the plan's nodes are asked anything, and runs are asked for with the plan's options. S11: nothing is
 * changed before the run was confirmed, and a refused run changed nothing.
 */
export const checkFidelity: Check = (judged, nodes) => [
  ...strays(judged),
  ...otherOptions(judged),
  ...unconfirmed(judged),
  ...touched(judged, nodes),
]

function touched(judged: Judged, nodes: ReadonlyMap<string, NodeHistory>): Violation[] {
  const { exit, caller } = judged.report
  if (exit !== 3) return []
  // What was done and undone while the store forgot it left no trace.
  const lost = judged.cut === true ? [...deaths(judged), ...unrecorded(judged)] : []
  const isKnown = (at: Moment): boolean =>
    !lost.some(({ recorded, resumed }) => at >= recorded && at <= resumed)
  return [...nodes.values()]
    .filter(
      ({ locks, runs }) =>
        locks.some(({ by, at }) => by === caller && isKnown(at)) ||
        runs.some(({ by, spawned }) => by === caller && isKnown(spawned)),
    )
    .map(({ name }) => {
      return { promise: 'S11', node: name, message: 'was touched, but the exit code is 3' }
    })
}

/** Whoever went on found a journal that takes nothing any more, so that not even this is in it. */
function unrecorded({ events, wire }: Judged): readonly Death[] {
  const refused = wire.findLast(({ what }) => what === 'refused')
  return refused === undefined ? [] : [{ recorded: events.at(-1)?.at ?? 0, resumed: refused.at }]
}

function strays({ plan, wire }: Judged): Violation[] {
  const planned = new Set(plan.nodes)
  const asked = wire.flatMap((entry) => (entry.what === 'request' ? entry.nodes : []))
  return [...new Set(asked)]
    .filter((name) => !planned.has(name))
    .map((node) => ({ promise: 'S10', node, message: 'is no node of the plan and was asked' }))
}

function otherOptions({ options, wire }: Judged): Violation[] {
  const { noop, environment } = options.run
  const wanted = { force: true, ...(noop && { noop }), ...(environment && { environment }) }
  const keys = (data: object): string => JSON.stringify(Object.entries(data).sort())
  return wire.flatMap((entry): Violation[] => {
    if (entry.what !== 'request' || entry.action !== 'runonce' || isLookProbe(entry.data)) return []
    if (keys(entry.data) === keys(wanted)) return []
    const message = `runs were asked for with ${JSON.stringify(entry.data)}`
    return [{ promise: 'S10', message }]
  })
}

function unconfirmed({ wire }: Judged): Violation[] {
  for (const entry of wire) {
    if (entry.what === 'durable' && entry.events.some(({ type }) => type === 'confirmed')) return []
    if (entry.what !== 'request' || !CHANGES.has(entry.action) || isLookProbe(entry.data)) continue
    return [{ promise: 'S11', message: `${entry.action} was sent before the run was confirmed` }]
  }
  return []
}

import type { Check, Violation } from './check.js'
import type { NodeHistory } from './history.js'
import type { Judged } from './judged.js'
import { isLookProbe } from './probe.js'

/** What the look tries, as nothing else tells that it is denied. */
const TRIED = ['disable', 'runonce']
/** What agents say to a caller who may not (puppet agent notes, 3.1). */
const DENIED = /not authorized/i

/** S14: a node is disabled only after it has answered, and none that was heard to deny what a run needs. */
export const checkLook: Check = (judged, nodes) => {
  const { report } = judged
  const denied = denials(judged)
  return [...nodes.values()].flatMap((node): Violation[] => {
    const first = node.requests.find(({ action }) => action === 'disable')
    if (first === undefined) return []
    const wrong = (message: string): Violation => ({ promise: 'S14', node: node.name, message })
    const untried = TRIED.filter((action) => !wasTried(judged, node, action, first.sent))
    const refused = TRIED.filter((action) => denied.has(`${node.name} ${action}`))
    const touched = node.locks.some(({ by }) => by === report.caller)
    return [
      ...(hasAnswered(node, first.sent) ? [] : [wrong('was disabled before it had answered')]),
      ...untried.map((action) => wrong(`was disabled before ${action} had been tried`)),
      ...(touched ? refused : []).map((action) =>
        wrong(`was disabled, though ${action} is denied`),
      ),
    ]
  })
}

function hasAnswered({ requests }: NodeHistory, before: number): boolean {
  return requests.some(
    ({ action, answeredAt, code }) =>
      action === 'status' && code === 0 && answeredAt !== null && answeredAt <= before,
  )
}

function wasTried(
  { wire }: Judged,
  { name }: NodeHistory,
  action: string,
  before: number,
): boolean {
  return wire.some(
    (entry) =>
      entry.what === 'request' &&
      entry.action === action &&
      entry.at <= before &&
      isLookProbe(entry.data) &&
      entry.nodes.includes(name),
  )
}

/** Of the look's questions, by node and action: who was heard to say no. */
function denials({ log, report }: Judged): ReadonlySet<string> {
  const calls = new Set<string>()
  const denied = new Set<string>()
  for (const entry of log) {
    if (entry.what === 'request' && entry.caller === report.caller && isLookProbe(entry.data)) {
      calls.add(`${entry.node} ${entry.call}`)
    } else if (entry.what === 'answer' && calls.has(`${entry.node} ${entry.call}`)) {
      const isHeard = entry.fate === 'sent' || entry.fate === 'twice'
      if (isHeard && DENIED.test(entry.text)) denied.add(`${entry.node} ${entry.action}`)
    }
  }
  return denied
}

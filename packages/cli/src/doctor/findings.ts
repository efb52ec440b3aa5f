import type {
  Check,
  Evidence,
  Finding,
  NodeAgent,
  NodeStatus,
  Outcome,
} from '@choirmaster/core/provide'
import { count, named } from '../views/words.js'
import { note, ok, wrong } from './check.js'
import { byMessage, SHOWN } from './gather.js'

/** Told by lines of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'look-disable-denied',
  'look-run-denied',
  'look-permissions-unknown',
])

/** What the agent would hold against each node if a run began now. */
export function* findingChecks(
  agent: NodeAgent,
  statuses: ReadonlyMap<string, NodeStatus>,
  evidence: ReadonlyMap<string, Outcome<Evidence>>,
  environment: string | undefined,
): Generator<Check> {
  const found: (readonly [node: string, finding: Finding])[] = []
  for (const [node, status] of statuses) {
    const outcome = evidence.get(node)
    const look = { status, ...(outcome && { evidence: outcome }) }
    const all = agent.assess(look, { noop: false }, environment ?? '')
    for (const finding of all) {
      if (ELSEWHERE.has(finding.code)) continue
      // Without a graph there is no environment to differ from.
      if (environment === undefined && finding.code === 'look-environment-differs') continue
      found.push([node, finding])
    }
  }
  for (const blocks of [true, false]) {
    const some = found.filter(([, finding]) => finding.blocks === blocks)
    const rows = some.map(([node, { message, hint = '' }]) => [node, message, hint] as const)
    for (const [message, names, hint] of byMessage(rows)) {
      const text = `${named(names, SHOWN)}: ${message}`
      yield blocks ? wrong('last run', text, hint) : note('last run', text, hint)
    }
  }
  const sound = statuses.size - new Set(found.map(([node]) => node)).size
  if (sound > 0) yield ok('last run', `${count(sound, 'node')} can prove how runs end`)
}

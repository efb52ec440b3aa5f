import type {
  Call,
  Check,
  Evidence,
  Finding,
  Moment,
  NodeAgent,
  NodeStatus,
  Outcome,
  Permissions,
  Stream,
  Transport,
} from '@choirmaster/core'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import { policyHint } from '../views/policy-line.js'
import { count, named } from '../views/words.js'
import { note, ok, wrong } from './check.js'
import { agentVersions } from './agent-versions.js'
import { clockChecks, type ClockReading } from './clocks.js'
import { settingChecks } from './settings.js'

/** Names in one line. */
const SHOWN = 5

/** What the nodes say when they are asked, and what we may do on them; asked without effect. */
export async function* examineNodes(
  session: Session,
  transport: Transport,
  nodes: readonly string[],
  environment: string | undefined,
): AsyncGenerator<Check> {
  const agent = await session.openAgent()
  const asked = session.clock.now()
  const statuses = new Map<string, NodeStatus>()
  const readings: ClockReading[] = []
  const problems: (readonly [node: string, message: string, hint: string])[] = []
  for await (const outcome of agent.status(nodes, whole)) {
    const { node } = outcome
    if (outcome.ok) {
      statuses.set(node, outcome.value)
      readings.push(reading(node, outcome.value, asked, session.clock.now()))
    } else problems.push([node, outcome.problem.message, outcome.problem.hint ?? ''])
  }
  if (statuses.size > 0) {
    yield ok('status', `${statuses.size} of ${count(nodes.length, 'node')} say how they are`)
  }
  for (const [message, names, hint] of byMessage(problems)) {
    yield wrong('status', `${named(names, SHOWN)}: ${message}`, hint)
  }
  const answered = [...statuses.keys()].sort()
  if (answered.length === 0) return
  yield* disabled(statuses)
  yield* clockChecks(readings)
  // Simulated nodes have the puppet agent and no other.
  if (session.simulated === false) yield* agentVersions(transport, answered)
  const evidence = await gather(agent.evidence(answered, whole))
  yield* mayWe(agent, answered, transport.caller)
  yield* findings(agent, statuses, evidence, environment)
  yield* settingChecks(evidence)
}

function reading(node: string, status: NodeStatus, asked: Moment, answered: Moment): ClockReading {
  return { node, seconds: status.now, asked, answered }
}

function* disabled(statuses: ReadonlyMap<string, NodeStatus>): Generator<Check> {
  const names = [...statuses].filter(([, { enabled }]) => !enabled).map(([node]) => node)
  if (names.length === 0) return
  const message = `${count(names.length, 'node')} disabled: ${named(names.sort(), SHOWN)}`
  yield note('disabled', message, '`choirmaster status` says by whom.')
}

async function* mayWe(
  agent: NodeAgent,
  nodes: readonly string[],
  caller: string,
): AsyncGenerator<Check> {
  if (agent.permissions === undefined) return
  const answers = await gather<Permissions>(agent.permissions(nodes, whole))
  const which = (what: keyof Permissions, access: string): string[] =>
    nodes.filter((node) => {
      const answer = answers.get(node)
      return access === (answer?.ok ? answer.value[what] : 'unknown')
    })
  for (const [what, action] of [
    ['disable', 'disable'],
    ['run', 'runonce'],
  ] as const) {
    const [denied, unknown] = [which(what, 'denied'), which(what, 'unknown')]
    const allowed = nodes.length - denied.length - unknown.length
    if (allowed > 0) yield ok('permission', `${action} is allowed on ${count(allowed, 'node')}`)
    if (denied.length > 0) {
      const hint = policyHint('puppet', caller, NEEDED)
      yield wrong('permission', `${action} is denied on ${named(denied, SHOWN)}`, hint)
    }
    if (unknown.length > 0) {
      const message = `Whether ${action} is allowed cannot be told on ${named(unknown, SHOWN)}`
      yield note('permission', message)
    }
  }
  yield note('permission', 'Whether enable is allowed is proven by each run on its first node')
}

/** What a run asks of the puppet agent. */
const NEEDED = ['status', 'last_run_summary', 'disable', 'enable', 'runonce']

/** Told by lines of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'look-disable-denied',
  'look-run-denied',
  'look-permissions-unknown',
])

/** What the agent would hold against each node if a run began now. */
function* findings(
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

/** The same message of several nodes once, with all their names. */
function byMessage(
  rows: readonly (readonly [node: string, message: string, hint: string])[],
): readonly (readonly [message: string, nodes: readonly string[], hint: string])[] {
  const groups = new Map<string, { nodes: string[]; hint: string }>()
  for (const [node, message, hint] of rows) {
    const group = groups.get(message) ?? { nodes: [], hint }
    group.nodes.push(node)
    groups.set(message, group)
  }
  return [...groups].map(([message, { nodes, hint }]) => [message, nodes.sort(), hint])
}

async function gather<T>(stream: Stream<Outcome<T>>): Promise<Map<string, Outcome<T>>> {
  const answers = new Map<string, Outcome<T>>()
  for await (const outcome of stream) answers.set(outcome.node, outcome)
  return answers
}

import type { CallProblem, Check, Moment, NodeStatus, Transport } from '@choirmaster/core'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import { isDenied, runPolicyHint } from '../views/policy-line.js'
import { problemText } from '../views/problem-text.js'
import { count, named } from '../views/words.js'
import { agentVersions } from './agent-versions.js'
import { note, ok, wrong } from './check.js'
import { clockChecks, type ClockReading } from './clocks.js'
import { findingChecks } from './findings.js'
import { byMessage, gather, SHOWN } from './gather.js'
import { permissionChecks } from './permissions.js'
import { silentNodes } from './silent-nodes.js'
import { settingChecks } from './settings.js'

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
  /** Connected, as the broker took the request for them, and without an answer. */
  const unheard: string[] = []
  const problems: (readonly [node: string, message: string, hint: string])[] = []
  for await (const outcome of agent.status(nodes, whole)) {
    const { node } = outcome
    if (outcome.ok) {
      statuses.set(node, outcome.value)
      readings.push(reading(node, outcome.value, asked, session.clock.now()))
      continue
    }
    const { problem } = outcome
    problems.push([node, problemText(problem), hintFor(problem, transport)])
    if (problem.code === 'node-no-reply') unheard.push(node)
  }
  if (statuses.size > 0) {
    yield ok('status', `${statuses.size} of ${count(nodes.length, 'node')} say how they are`)
  }
  for (const [message, names, hint] of byMessage(problems)) {
    yield wrong('status', `${named(names, SHOWN)}: ${message}`, hint)
  }
  // Simulated nodes have the puppet agent and no other.
  const silent = session.simulated === false ? unheard : []
  if (silent.length > 0) yield* silentNodes(transport, silent, session.clock)
  const answered = [...statuses.keys()].sort()
  if (answered.length === 0) return
  yield* disabled(statuses)
  yield* clockChecks(readings)
  if (session.simulated === false) yield* agentVersions(transport, answered)
  const evidence = await gather(agent.evidence(answered, whole))
  yield* permissionChecks(agent, answered, transport.caller)
  yield* findingChecks(agent, statuses, evidence, environment)
  yield* settingChecks(evidence)
}

function hintFor({ code, hint = '' }: CallProblem, { caller }: Transport): string {
  return isDenied(code) ? runPolicyHint(caller) : hint
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

import type { Call, Nodes, Outcome, Permissions, Stream } from '@choirmaster/core/provide'
import { type Action, type Link, ask } from './actions/ask.js'
import { nodeProblems } from './errors.js'

/**
 * Inputs that the agent refuses, past this package's own checks: authorisation is judged before inputs, so that the
 * answer tells "not authorised" from "invalid", and nothing is done (seen on Choria 0.30.2 with the plugin 2.5.0, and
 * with the checks of the Go side). `enable` has no input to refuse: the engine proves it on one node.
 */
const DISABLE = probe('disable', { message: 'a;b' })
const RUNONCE = probe('runonce', { force: 'x' })

/** As `changes` is false: no node that speaks this agent's contract does anything. */
function probe(name: string, data: Readonly<Record<string, string>>): Action<null> {
  return { name, data, changes: false, refusals: [], value: () => ({ value: null }) }
}

/** Asks what we may do, without effect. Fails only for nodes that answered neither question. */
export async function* permissions(
  link: Link,
  nodes: Nodes,
  call: Call,
): Stream<Outcome<Permissions>> {
  const [disable, run] = await Promise.all([
    byNode(ask(link, DISABLE, nodes, call)),
    byNode(ask(link, RUNONCE, nodes, call)),
  ])
  for (const [node, toDisable] of disable) {
    const toRun = run.get(node) ?? toDisable
    if (toDisable.ok || toRun.ok) yield acted(node, toDisable.ok ? 'disable' : 'runonce')
    else if (toDisable.problem.silence && toRun.problem.silence) yield toDisable
    else yield { node, ok: true, value: { disable: access(toDisable), run: access(toRun) } }
  }
}

async function byNode(outcomes: Stream<Outcome<null>>): Promise<Map<string, Outcome<null>>> {
  const found = new Map<string, Outcome<null>>()
  for await (const outcome of outcomes) found.set(outcome.node, outcome)
  return found
}

function access(outcome: Outcome<null>): 'allowed' | 'denied' | 'unknown' {
  const code = outcome.ok ? undefined : outcome.problem.code
  if (code === 'node-denied') return 'denied'
  return code === 'node-input-refused' ? 'allowed' : 'unknown'
}

function acted(node: string, action: string): Outcome<Permissions> {
  const code = 'node-probe-acted'
  const { title, hint } = nodeProblems[code]
  return {
    node,
    ok: false,
    effect: 'done',
    problem: { code, message: `${action}: ${title}`, place: node, hint },
  }
}

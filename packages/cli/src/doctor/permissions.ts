import type { Check, NodeAgent, Permissions } from '@choirmaster/core/provide'
import { whole } from '../site-plan.js'
import { runPolicyHint } from '../views/policy-line.js'
import { count, named } from '../views/words.js'
import { note, ok, wrong } from './check.js'
import { gather, SHOWN } from './gather.js'

/** What we may do on the nodes; asked without any effect on them. */
export async function* permissionChecks(
  agent: NodeAgent,
  nodes: readonly string[],
  caller: string,
): AsyncGenerator<Check> {
  if (agent.permissions === undefined) return
  const answers = await gather<Permissions>(agent.permissions(nodes, whole))
  for (const access of ['allowed', 'denied', 'unknown'] as const) {
    // Both actions in one line where they are alike, as they mostly are.
    const actions = new Map<string, { actions: string[]; nodes: readonly string[] }>()
    for (const [what, action] of [['disable', 'disable'] as const, ['run', 'runonce'] as const]) {
      const some = nodes.filter((node) => {
        const answer = answers.get(node)
        return access === (answer?.ok ? answer.value[what] : 'unknown')
      })
      const key = some.join()
      const group = actions.get(key) ?? { actions: [], nodes: some }
      group.actions.push(action)
      if (some.length > 0) actions.set(key, group)
    }
    for (const group of actions.values()) {
      yield permission(access, group.actions.join(', '), group.nodes, caller)
    }
  }
  yield note('permission', 'enable: cannot be told without effect; each run proves it on one node')
}

function permission(
  access: Permissions['run'],
  actions: string,
  nodes: readonly string[],
  caller: string,
): Check {
  switch (access) {
    case 'allowed':
      return ok('permission', `${actions}: allowed on ${count(nodes.length, 'node')}`)
    case 'denied': {
      const text = `${actions}: denied on ${named(nodes, SHOWN)}`
      return wrong('permission', text, runPolicyHint(caller))
    }
    case 'unknown':
      return note('permission', `${actions}: cannot be told on ${named(nodes, SHOWN)}`)
  }
}

import type { Check, Json, Transport } from '@choirmaster/core/provide'
import { whole } from '../site-plan.js'
import { isDenial } from '../req/ask-nodes.js'
import { count, named } from '../views/words.js'
import { note, ok, wrong } from './check.js'
import { SHOWN } from './gather.js'

/** rpcutil answers from memory; what takes longer is not there. */
const TIMEOUT = 5_000
/** The oldest whose replies were seen and are understood (agent notes: skip_tags from 2.4.0). */
const OLDEST = [2, 4] as const

/** Which version of the puppet agent plugin the nodes have, where we may ask. */
export async function* agentVersions(
  transport: Transport,
  nodes: readonly string[],
): AsyncGenerator<Check> {
  const byVersion = new Map<string, string[]>()
  const untold: string[] = []
  let denied = false
  const request = {
    ...{ agent: 'rpcutil', action: 'agent_inventory', data: {}, nodes },
    ...{ timeoutMs: TIMEOUT, changes: false },
  }
  for await (const answer of transport.request(request, whole)) {
    denied ||= isDenial(answer)
    const version = answer.kind === 'reply' ? puppetVersion(answer.data) : undefined
    if (version === undefined) untold.push(answer.node)
    else byVersion.set(version, [...(byVersion.get(version) ?? []), answer.node])
  }
  for (const [version, names] of [...byVersion].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const message = `puppet ${version} on ${count(names.length, 'node')}`
    const hint = 'Install the plugin choria-plugins/puppet-agent 2.5.0 or newer on the nodes.'
    const old = isOld(version)
    yield old ? wrong('agent', `${message}: ${named(names, SHOWN)}`, hint) : ok('agent', message)
  }
  if (untold.length === 0) return
  const why = denied ? 'we may not ask (rpcutil agent_inventory)' : 'rpcutil does not say'
  yield note('agent', `The version on ${named(untold.sort(), SHOWN)} is not known: ${why}`)
}

/** Of the puppet agent plugin, as rpcutil's inventory tells; undefined: it is not there. */
export function puppetVersion(data: Json): string | undefined {
  const { agents } = (data ?? {}) as { readonly agents?: Json }
  if (!Array.isArray(agents)) return undefined
  const puppet = (agents as readonly Json[]).find(
    (one) => (one as { agent?: Json } | null)?.agent === 'puppet',
  ) as { readonly version?: Json } | undefined
  return typeof puppet?.version === 'string' ? puppet.version.slice(0, 40) : undefined
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (Number.isNaN(major) || Number.isNaN(minor)) return false
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
}

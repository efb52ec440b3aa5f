import type { Answer, Check, Clock, Json, Transport } from '@choirmaster/core/provide'
import { isDenial } from '../req/ask-nodes.js'
import { whole } from '../site-plan.js'
import { named } from '../views/words.js'
import { puppetVersion } from './agent-versions.js'
import { note, wrong } from './check.js'
import { clockChecks, type ClockReading } from './clocks.js'
import { SHOWN } from './gather.js'

/** rpcutil answers from memory; what takes longer is not there. */
const TIMEOUT = 5_000
/** What Choria signs a question for unless it is configured otherwise, ms: a clock further off is reason enough for silence. */
const QUESTION_TTL = 60_000

/**
 * Why nodes that are connected do not answer the puppet agent's status. Servers drop a request without a word when
 * they lack the agent and when their clock is more than its time to live from ours: they are asked by another agent
 * that each Choria server has, in a request that is good for a day.
 */
export async function* silentNodes(
  transport: Transport,
  nodes: readonly string[],
  clock: Clock,
): AsyncGenerator<Check> {
  const readings: ClockReading[] = []
  const asked = clock.now()
  for await (const { node, data } of replies(transport, 'ping', nodes)) {
    const { pong } = (data ?? {}) as { readonly pong?: Json }
    if (typeof pong !== 'number') continue
    readings.push({ node, seconds: pong, asked, answered: clock.now() })
  }
  for (const check of clockChecks(readings)) if (check.state !== 'ok') yield check

  const without: string[] = []
  const slow: string[] = []
  const denied: string[] = []
  for await (const answer of replies(transport, 'agent_inventory', nodes)) {
    const { node, data } = answer
    if (isDenial(answer)) denied.push(node)
    const { agents } = (data ?? {}) as { readonly agents?: Json }
    if (!Array.isArray(agents)) continue
    const list = puppetVersion(data) === undefined ? without : slow
    list.push(node)
  }
  if (without.length > 0) {
    const hint =
      'Install the plugin choria-plugins/puppet-agent there, and restart choria-server: it finds new agents only then.'
    yield wrong('agent', `${named(without.sort(), SHOWN)}: there is no puppet agent plugin`, hint)
  }
  if (denied.length > 0) {
    const why = 'the server answers, and we may not ask it whether it has the puppet agent'
    yield note('agent', `${named(denied.sort(), SHOWN)}: ${why} (rpcutil agent_inventory)`)
  }
  const busy = slow.filter((node) => !isFar(node, readings))
  if (busy.length > 0) {
    const hint =
      "Each call starts Ruby: look at the load there, at the server's log, and whether the agent's shim is installed."
    yield wrong(
      'agent',
      `${named(busy.sort(), SHOWN)}: the puppet agent is there and does not answer`,
      hint,
    )
  }
}

function isFar(node: string, readings: readonly ClockReading[]): boolean {
  const reading = readings.find((one) => one.node === node)
  return (
    reading !== undefined && Math.abs(reading.seconds * 1000 - reading.answered) >= QUESTION_TTL
  )
}

async function* replies(
  transport: Transport,
  action: 'ping' | 'agent_inventory',
  nodes: readonly string[],
): AsyncGenerator<Extract<Answer, { kind: 'reply' }>> {
  const request = {
    ...{ agent: 'rpcutil', action, data: {}, nodes },
    ...{ timeoutMs: TIMEOUT, changes: false, anyClock: true },
  }
  for await (const answer of transport.request(request, whole)) {
    if (answer.kind === 'reply') yield answer
  }
}

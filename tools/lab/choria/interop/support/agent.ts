import { createPuppetAgent } from '@choirmaster/agent-puppet'
import type { Call, NodeAgent, Notice, Outcome, Stream, Transport } from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { natsTransport } from '@choirmaster/transport-nats'
import type { Network } from '../../lib/network.mjs'
import { AGENT_TIMEOUT } from './network.js'

export const call: Call = { signal: new AbortController().signal }

export interface Operator extends AsyncDisposable {
  readonly transport: Transport
  readonly agent: NodeAgent
  /** What the transport had to say meanwhile. */
  readonly notices: readonly Notice[]
}

/**
 * One of the network's clients, connected as the command would connect it.
 * @param file its configuration, where that is not the one it has
 */
export async function connect(
  network: Network,
  name = 'operator',
  file?: string,
): Promise<Operator> {
  const notices: Notice[] = []
  const { config, certname } = network.client(name)
  const transport = await natsTransport.open(
    { choriaConfig: file ?? config, ...(network.protocol === 'v1' && { certname }) },
    {
      baseDir: network.folder,
      clock: systemClock(),
      random: systemRandom(),
      notice: (notice) => void notices.push(notice),
    },
    call,
  )
  return {
    transport,
    agent: createPuppetAgent(transport, { timeout: AGENT_TIMEOUT }),
    notices,
    [Symbol.asyncDispose]: async () => transport.close?.(),
  }
}

/** What each node answered: the value, or the code of the problem. */
export async function answers<T>(
  outcomes: Stream<Outcome<T>>,
): Promise<Record<string, T | { readonly problem: string }>> {
  const found: Record<string, T | { readonly problem: string }> = {}
  for await (const outcome of outcomes) {
    found[outcome.node] = outcome.ok ? outcome.value : { problem: outcome.problem.code }
  }
  return found
}

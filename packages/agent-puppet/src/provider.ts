import type { AgentHost, NodeAgent, Provider, Transport } from '@choirmaster/core/provide'
import { schema } from '@choirmaster/core/provide'
import { disable } from './actions/disable.js'
import { enable } from './actions/enable.js'
import { runonce } from './actions/runonce.js'
import { status } from './actions/status.js'
import { assess } from './assess.js'
import { permissions } from './permissions.js'
import { progress } from './progress.js'
import { evidence } from './verdict/evidence.js'
import { judge } from './verdict/judge.js'
import { recognises } from './verdict/report.js'

export interface PuppetAgentOptions {
  /** The agent's timeout on the nodes, seconds: how long they work on an action before they give up silently. */
  readonly timeout?: number
}

/** puppet agent plugin 2.5.0, DDL: `timeout` 20, seconds. */
const DDL_TIMEOUT_S = 20
/** The way there and back, and the node's waiting for its turn. */
const ROUND_TRIP_MS = 2_000

/**
 * Choria's `puppet` agent as a node agent, over any transport.
 *
 * `enable` cannot compare and delete, as the agent has no such action: it ignores `onlyIf` and relies on the engine,
 * which has read the message immediately before. A foreign lock that came in between is lost (promises, S3: raced).
 */
export function createPuppetAgent(
  transport: Transport,
  options: PuppetAgentOptions = {},
): NodeAgent {
  const timeoutMs = (options.timeout ?? DDL_TIMEOUT_S) * 1000
  const link = { transport, replyTimeoutMs: timeoutMs + ROUND_TRIP_MS }
  const { discover } = transport
  return {
    caller: transport.caller,
    ...(transport.validUntil !== undefined && { validUntil: transport.validUntil }),
    openFor: transport.openFor + timeoutMs,
    status: (nodes, call) => status(link, nodes, call),
    disable: (nodes, message, call) => disable(link, nodes, message, call),
    enable: (nodes, _onlyIf, call) => enable(link, nodes, call),
    requestRun: (nodes, run, call) => runonce(link, nodes, run, call),
    evidence: (nodes, call) => evidence(link, nodes, call),
    permissions: (nodes, call) => permissions(link, nodes, call),
    ...(discover && { discover: (call) => discover.call(transport, 'puppet', call) }),
    assess,
    progress,
    recognises,
    judge,
  }
}

/** `--agent puppet`. The transport is the host's, which closes it. */
export const puppetAgentProvider: Provider<'agent', PuppetAgentOptions> = {
  kind: 'agent',
  name: 'puppet',
  summary: "Choria's puppet agent: disable, enable and run Puppet over the transport",
  options: schema<PuppetAgentOptions>({
    type: 'object',
    additionalProperties: false,
    properties: {
      timeout: {
        type: 'integer',
        minimum: 2,
        maximum: 3600,
        default: DDL_TIMEOUT_S,
        description: "The agent's timeout on the nodes in seconds, as the DDL of the plugin has it",
      },
    },
  }),
  async open(options: PuppetAgentOptions, host: AgentHost) {
    return createPuppetAgent(await host.transport(), options)
  },
}

import type { Moment } from '@choirmaster/core/provide'
import { parseObject, textOf } from './json.js'

/** Agents that are part of each Choria server; they run beside Puppet and know nothing of it. */
export interface BuiltinAgent {
  /** The body of the reply; undefined: none is sent. @param time the node's clock */
  answer(body: string, time: Moment): string | undefined
}

export const BUILTIN: Readonly<Record<string, BuiltinAgent>> = {
  // Any body that holds `ping` is asked for by discovery.
  discovery: { answer: (body) => (body.includes('ping') ? 'pong' : undefined) },
  rpcutil: {
    answer(body, time) {
      const { action = '' } = callOf(body) ?? {}
      const data = RPCUTIL[action]?.(time)
      const text = `Unknown action ${action} for agent rpcutil`
      return rpcBody(
        action,
        data === undefined ? { code: 2, text, data: {} } : { code: 0, text: 'OK', data },
      )
    },
  },
}

/** The actions of rpcutil that a client asks before it trusts a node; their data. */
const RPCUTIL: Readonly<Record<string, (time: Moment) => object>> = {
  ping: (time) => ({ pong: Math.floor(time / 1000) }),
  agent_inventory: () => ({ agents: INVENTORY }),
}

const INVENTORY = [
  { agent: 'discovery', version: '0.30.2', timeout: 2 },
  { agent: 'puppet', version: '2.5.0', timeout: 20 },
  { agent: 'rpcutil', version: '0.30.2', timeout: 2 },
].map((one) => ({ ...one, name: one.agent, author: '', description: '', license: '', url: '' }))

/** What an RPC request asks for; undefined: its body is none. */
export function callOf(
  body: string,
): { readonly action: string; readonly data: object } | undefined {
  const parsed = parseObject(body)
  const action = textOf(parsed?.['action'])
  if (parsed === undefined || action === undefined) return undefined
  const { data } = parsed
  return { action, data: typeof data === 'object' && data !== null ? data : {} }
}

export interface RpcReply {
  readonly code: number
  readonly text: string
  readonly data: unknown
}

/** RPC JSON with its members in the order of go-choria. */
export function rpcBody(action: string, { code, text, data }: RpcReply): string {
  return JSON.stringify({ action, statuscode: code, statusmsg: text, data })
}

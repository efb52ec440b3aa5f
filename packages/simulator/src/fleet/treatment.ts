import type { Milliseconds } from '@choirmaster/core/provide'

/** What can become of a reply on the wire; how each looks is in broker/damage.ts. */
export const DAMAGES = [
  'corrupted',
  'truncated',
  'not-json',
  'wrong-hash',
  'wrong-request-id',
  'wrong-sender',
  'unsigned',
  'bad-signature',
] as const
export type Damage = (typeof DAMAGES)[number]

/** What is to become of one request to one node; faults rewrite it before it is sent. */
export interface Treatment {
  /** Whether it reaches the agent. */
  heard: boolean
  /** From sending to the reply. */
  delay: Milliseconds
  /** From sending to the moment that it acts; absent: just before the reply. */
  actsAfter: Milliseconds | undefined
  reply: 'sent' | 'lost' | 'late' | 'twice' | 'damaged'
  /** With `damaged`. */
  damage: Damage | undefined
  /** With `late`: so long after the client gave up; with `twice`: so long after the first. */
  later: Milliseconds
  /** Refused by the action policy. */
  denied: boolean
  /** An error answer although the work was done; or without it having been done. */
  error: 'none' | 'after' | 'instead'
}

/** The agent's work is done this long before its reply arrives: the shim's answer, the server, the wire. */
export const REPLY_TRAVELS: Milliseconds = 50
/** The DDL timeout of the plugin: the server kills the shim then and sends no reply (agent notes, 2.1). */
export const AGENT_TIMEOUT: Milliseconds = 20_000

export function usualTreatment(delay: Milliseconds): Treatment {
  return {
    heard: true,
    delay,
    actsAfter: undefined,
    reply: 'sent',
    damage: undefined,
    later: 0,
    denied: false,
    error: 'none',
  }
}

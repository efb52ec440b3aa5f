import type { Json, Moment } from '@choirmaster/core/provide'
import type { Treatment } from './treatment.js'

/** A request on its way to a node. */
export interface PendingCall {
  /** Number of the request among those to this node. */
  readonly call: number
  readonly action: string
  readonly caller: string
  readonly data: Readonly<Record<string, Json>>
  readonly sent: Moment
  readonly treatment: Treatment
}

/** Something that is going to happen to a node: plain JSON, as it outlives a command in the state file. */
export type NodeEvent =
  | { readonly kind: 'act'; readonly call: PendingCall }
  | { readonly kind: 'killed-call'; readonly call: PendingCall }
  | { readonly kind: 'lock'; readonly run: number }
  | { readonly kind: 'summary'; readonly run: number }
  | { readonly kind: 'report'; readonly run: number }
  | { readonly kind: 'unlock'; readonly run: number }
  | { readonly kind: 'kill'; readonly run: number }
  | { readonly kind: 'unstick' }
  | { readonly kind: 'up' }
  | { readonly kind: 'strike'; readonly rule: string }

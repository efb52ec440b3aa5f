import type {
  Answer,
  Call,
  Effect,
  Json,
  Milliseconds,
  Nodes,
  Outcome,
  SilenceReason,
  Transport,
} from '@choirmaster/core/provide'
import { type NodeProblemCode, nodeProblems } from '../errors.js'
import { type JsonObject, field, isObject, shorten } from '../values.js'
import { answersOf, type Received } from './answers.js'
import { BEFORE_THE_DEED, FAILURES, type Refusal } from './refusals.js'

/** How the nodes are reached. */
export interface Link {
  readonly transport: Transport
  /** How long replies are waited for. */
  readonly replyTimeoutMs: Milliseconds
}

/** An action of the agent and how its replies are read. */
export interface Action<T> {
  readonly name: string
  readonly data: Readonly<Record<string, Json>>
  /** Whether it changes anything on the node. */
  readonly changes: boolean
  /** Rows of this action, between those that all have. */
  readonly refusals: readonly Refusal[]
  /** The value of a good reply (statuscode 0); undefined: not a reply of this agent. Must not throw. */
  value(data: JsonObject): { readonly value: T } | undefined
}

/** Asks the nodes and reads the answers: each node exactly once, every flaw a coded problem. */
export async function* ask<T>(
  link: Link,
  action: Action<T>,
  nodes: Nodes,
  call: Call,
): AsyncGenerator<Outcome<T>> {
  const request = {
    agent: 'puppet',
    action: action.name,
    data: action.data,
    nodes,
    timeoutMs: link.replyTimeoutMs,
    changes: action.changes,
  }
  for await (const answer of answersOf(link.transport, request, call)) {
    if (answer.kind === 'reply') yield readReply(action, answer)
    else if (answer.kind === 'silence') yield silence(action, answer.node, answer.why)
    else yield transportFailed(action, answer)
  }
}

function transportFailed<T>(
  action: Action<T>,
  { node, detail, hint }: Extract<Received, { kind: 'failed' }>,
): Outcome<T> {
  const outcome = failed<T>(action, node, 'node-transport-failed', 'maybe', detail, 'no-reply')
  if (outcome.ok || hint === undefined) return outcome
  return { ...outcome, problem: { ...outcome.problem, hint } }
}

const SILENCE: Readonly<Record<SilenceReason, NodeProblemCode>> = {
  'not-sent': 'node-not-sent',
  'not-connected': 'node-not-connected',
  'no-reply': 'node-no-reply',
}

function silence<T>(action: Action<T>, node: string, why: SilenceReason): Outcome<T> {
  // What is no reason that we know proves nothing.
  const reason = Object.hasOwn(SILENCE, why) ? why : 'no-reply'
  return failed(action, node, SILENCE[reason], reason === 'not-sent' ? 'none' : 'maybe', '', reason)
}

function readReply<T>(action: Action<T>, answer: Extract<Answer, { kind: 'reply' }>): Outcome<T> {
  const { node, code, data } = answer
  const text = typeof answer.text === 'string' ? answer.text : ''
  if (code === 0) {
    const read = isObject(data) ? action.value(data) : undefined
    if (read !== undefined) return { node, ok: true, value: read.value }
    return failed(
      action,
      node,
      'node-reply-invalid',
      'maybe',
      'the data of a good reply are missing or odd',
    )
  }
  const status = isObject(data) ? field(data, 'status') : undefined
  const row = [...BEFORE_THE_DEED, ...action.refusals, ...FAILURES].find(
    (refusal) =>
      refusal.codes.includes(code) &&
      (refusal.text === undefined || refusal.text.test(text)) &&
      (refusal.status === undefined || (typeof status === 'string' && refusal.status.test(status))),
  )
  if (row !== undefined) return failed(action, node, row.problem, row.effect, text)
  return failed(
    action,
    node,
    'node-reply-invalid',
    'maybe',
    `statuscode ${String(code).slice(0, 20)}`,
  )
}

function failed<T>(
  action: Action<T>,
  node: string,
  code: NodeProblemCode,
  effect: Effect,
  detail: string,
  why?: SilenceReason,
): Outcome<T> {
  const said = shorten(detail)
  const { title, hint } = nodeProblems[code]
  return {
    node,
    ok: false,
    effect: action.changes ? effect : 'none',
    problem: {
      code,
      message: `${action.name}: ${title}${said === '' ? '' : `: ${said}`}`,
      place: node,
      hint,
      ...(why === undefined ? {} : { silence: why }),
    },
  }
}

import {
  type Answer,
  type Call,
  isCodedError,
  messageOf,
  type Nodes,
  type RpcRequest,
  type Transport,
} from '@choirmaster/core/provide'
import { shorten } from '../values.js'

/** An answer, or the failure of the transport that came instead of it. */
export type Received =
  | Answer
  | {
      readonly node: string
      readonly kind: 'failed'
      readonly detail: string
      /** What the transport says to do. */
      readonly hint?: string
    }

/**
 * The answers to a request, each node exactly once whatever the transport does: what it repeats or makes up is
 * dropped, what it leaves out or fails to bring is silence. Throws only the reason of an abort.
 */
export async function* answersOf(
  transport: Transport,
  request: RpcRequest,
  call: Call,
): AsyncGenerator<Received> {
  const pending = new Set<string>(request.nodes)
  if (pending.size === 0) return
  let failure: { readonly detail: string; readonly hint?: string } | undefined
  try {
    for await (const answer of transport.request(
      { ...request, nodes: unique(pending, request.nodes) },
      call,
    )) {
      if (!pending.delete(answer.node)) continue
      yield answer
      if (pending.size === 0) return
    }
  } catch (error) {
    // A node may have got the request: a change that nobody answered is open, so the run must go on to look at it.
    const detail = shorten(messageOf(error))
    failure = { detail, ...(isCodedError(error) && { hint: error.hint }) }
  }
  call.signal.throwIfAborted()
  for (const node of pending) {
    yield failure === undefined
      ? { node, kind: 'silence', why: 'no-reply' }
      : { node, kind: 'failed', ...failure }
  }
}

function unique(names: ReadonlySet<string>, nodes: Nodes): Nodes {
  return names.size === nodes.length ? nodes : [...names]
}

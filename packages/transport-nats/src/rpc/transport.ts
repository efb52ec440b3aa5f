import { setMaxListeners } from 'node:events'
import type { Answer, Call, RpcRequest, Transport } from '@choirmaster/core/provide'
import { requestBody } from '../wire/rpc-body.js'
import { discover } from './discover.js'
import { lazyStream } from './lazy.js'
import { openRequest } from './open-request.js'
import { replyNumbers } from './reply-numbers.js'
import { ANY_CLOCK_TTL, CHANGE_TTL, checkSize, signedAt, type Rpc } from './rpc.js'
import { send } from './send.js'
import { checkIdentities, nodeSubject, requestId } from './subjects.js'

/** Choria RPC on a connection that is up. */
export function rpcTransport(rpc: Rpc): Transport {
  return {
    caller: rpc.caller,
    ...(rpc.validUntil !== undefined && { validUntil: rpc.validUntil }),
    openFor: 2 * CHANGE_TTL * 1000,
    request: (request, call) => lazyStream(() => ask(rpc, request, call)),
    discover: (agent, call) => lazyStream(() => discover(rpc, agent, call)),
    close: () => rpc.connection.close(),
  }
}

const NOBODY: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ value: undefined, done: true }) }),
}

/** Signs a request and begins to send it. @returns the answers, which end when all have answered or time is up */
async function ask(rpc: Rpc, request: RpcRequest, call: Call): Promise<AsyncIterable<Answer>> {
  const { connection, desk, wire, host, collective } = rpc
  const { clock } = host
  const { agent, changes } = request
  const { signal } = call
  signal.throwIfAborted()
  const nodes = [...new Set(request.nodes)]
  checkIdentities(nodes)
  if (nodes.length === 0) return NOBODY

  const ttl = changes ? CHANGE_TTL : request.anyClock ? ANY_CLOCK_TTL : rpc.ttl
  const id = requestId(host.random)
  const replyTo = `${rpc.inbox}.${id}`
  const started = clock.now()
  const body = requestBody(agent, request.action, request.data)
  const outgoing = { id, agent, filterAgent: agent, collective, body, replyTo, ttl }
  const payload = await wire.encode({ ...outgoing, time: signedAt(clock) }, call)
  checkSize(payload, connection)
  const permitted = await maySend(call)
  signal.throwIfAborted()

  const replies = replyNumbers(nodes.length, host.random)
  const over = new AbortController()
  const open = openRequest(nodes, agent, replies, () => {
    signal.removeEventListener('abort', giveUp)
    desk.remove(id)
    over.abort()
  })
  const giveUp = (): void => open.answers.fail(signal.reason)
  setMaxListeners(0, signal) // one signal may end any number of requests
  signal.addEventListener('abort', giveUp, { once: true })
  desk.add(id, open)

  const deliver = async (): Promise<void> => {
    if (!permitted) return open.silence(0, 'not-sent')
    const sent = await send(
      {
        payload,
        count: nodes.length,
        subject: (number) => nodeSubject(collective, nodes[number] as string),
        replySubject: (number) => `${replyTo}.${replies.suffix(number)}`,
        // The half: clocks differ, and the request is some time under way.
        until: started + ttl * 500,
        ...(rpc.pace !== undefined && { pace: rpc.pace }),
      },
      connection,
      clock,
      over.signal,
    )
    open.silence(sent, 'not-sent')
    await clock.sleepUntil(clock.now() + request.timeoutMs, over.signal)
    open.silence(0, 'no-reply')
  }
  deliver().catch((error: unknown) => open.answers.fail(error))
  return open.answers
}

/** Signed, and about to leave: whoever slept meanwhile may not act on it any more (promises, S17). */
async function maySend({ beforeSend }: Call): Promise<boolean> {
  try {
    await beforeSend?.()
    return true
  } catch {
    return false
  }
}

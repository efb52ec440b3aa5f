import { setMaxListeners } from 'node:events'
import type { Answer, Call, RpcRequest, Transport } from '@choirmaster/core/provide'
import { requestBody } from '../wire/rpc-body.js'
import { discover } from './discover.js'
import { openRequest } from './open-request.js'
import { CHANGE_TTL, checkSize, type Rpc } from './rpc.js'
import { send } from './send.js'
import { checkIdentities, nodeSubject, requestId } from './subjects.js'

/** Choria RPC on a connection that is up. */
export function rpcTransport(rpc: Rpc): Transport {
  return {
    caller: rpc.caller,
    openFor: 2 * CHANGE_TTL * 1000,
    request: (request, call) => ask(rpc, request, call),
    discover: (agent, call) => discover(rpc, agent, call),
    close: () => rpc.connection.close(),
  }
}

async function* ask(rpc: Rpc, request: RpcRequest, call: Call): AsyncGenerator<Answer> {
  const { connection, desk, wire, host } = rpc
  const { clock } = host
  const { agent, changes } = request
  const { signal } = call
  signal.throwIfAborted()
  setMaxListeners(0, signal) // one signal may end any number of requests
  const nodes = [...new Set(request.nodes)]
  checkIdentities(nodes)
  if (nodes.length === 0) return

  const ttl = changes ? CHANGE_TTL : rpc.ttl
  const id = requestId(host.random)
  const replyTo = `${rpc.inbox}.${id}`
  const time = clock.now()
  const body = requestBody(agent, request.action, request.data)
  const payload = await wire.encode(
    { id, agent, filterAgent: agent, collective: rpc.collective, body, replyTo, time, ttl },
    call,
  )
  checkSize(payload, connection)

  const open = openRequest(nodes, agent)
  const over = new AbortController()
  const stop = (): void => {
    over.abort()
    open.fail(signal.reason)
  }
  signal.addEventListener('abort', stop, { once: true })
  desk.add(id, open)
  try {
    const delivery = {
      payload,
      count: nodes.length,
      subject: (number: number) => nodeSubject(rpc.collective, nodes[number] as string),
      replySubject: (number: number) => `${replyTo}.${number}`,
      // The half: clocks differ, and the request is some time under way.
      until: time + ttl * 500,
      ...(rpc.pace !== undefined && { pace: rpc.pace }),
    }
    const deliver = async (): Promise<void> => {
      const sent = await send(delivery, connection, clock, over.signal)
      open.silence(sent, 'not-sent')
      await clock.sleepUntil(clock.now() + request.timeoutMs, over.signal)
      open.silence(0, 'no-reply')
    }
    deliver().catch((error: unknown) => open.fail(error))
    yield* open.answers
  } finally {
    signal.removeEventListener('abort', stop)
    desk.remove(id)
    over.abort()
  }
}

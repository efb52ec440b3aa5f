import { connect, type NatsConnection } from 'nats'
import { readFileSync } from 'node:fs'
import { TLS } from './nats-server.js'
import { readRequest, v1Reply, type ReadRequest } from './v1-server.js'

/** Nodes that answer on a real broker. */
export interface Fleet {
  /** Requests that reached a node, in order. */
  readonly seen: { readonly node: string; readonly request: ReadRequest }[]
  /** What a node answers; changed by tests. Undefined: nothing. */
  answer: (node: string, request: ReadRequest) => readonly Uint8Array[]
  close(): Promise<void>
}

/** Connects so many v1 nodes through one connection, which reconnects as real servers do. */
export async function fleet(port: number, names: readonly string[]): Promise<Fleet> {
  const nats: NatsConnection = await connect({
    servers: `nats://localhost:${port}`,
    tls: {
      cert: readFileSync(`${TLS}broker.pem`, 'utf8'),
      key: readFileSync(`${TLS}broker.key`, 'utf8'),
      ca: readFileSync(`${TLS}ca.pem`, 'utf8'),
    },
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => 50,
  })
  const made: Fleet = {
    seen: [],
    answer(node, { id, agent, time }) {
      const reply = { id, sender: node, agent, time }
      return [v1Reply(agent === 'discovery' ? { ...reply, body: 'pong' } : reply)]
    },
    close: () => nats.close(),
  }
  const listen = (subject: string, node: string): void => {
    nats.subscribe(subject, {
      callback: (_error, message) => {
        const request = readRequest(message.data)
        made.seen.push({ node, request })
        for (const reply of made.answer(node, request)) nats.publish(request.replyTo, reply)
      },
    })
  }
  for (const node of names) {
    listen(`mcollective.node.${node}`, node)
    listen('mcollective.broadcast.agent.discovery', node)
  }
  await nats.flush()
  return made
}

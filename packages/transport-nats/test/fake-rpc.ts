import type { Answer, Notice, RpcRequest, Transport } from '@choirmaster/core/provide'
import { seededRandom } from '@choirmaster/core/testing'
import type { Connection } from '../src/connection/connection.js'
import { createDesk, type Desk } from '../src/rpc/desk.js'
import type { Rpc } from '../src/rpc/rpc.js'
import { strays, type Strays } from '../src/rpc/strays.js'
import { rpcTransport } from '../src/rpc/transport.js'
import { wireV1 } from '../src/wire/v1/wire.js'
import { manualClock, settled, type ManualClock } from './manual-clock.js'
import { readRequest, v1Reply, type ReadRequest, type ReplyParts } from './v1-server.js'

interface Published {
  readonly subject: string
  readonly reply: string
  readonly request: ReadRequest
}

/** A transport whose connection is in the test's hands. */
export interface FakeRpc {
  readonly transport: Transport
  readonly clock: ManualClock
  readonly desk: Desk
  readonly strays: Strays
  readonly notices: readonly Notice[]
  readonly published: readonly Published[]
  /** Length of the last request. */
  readonly bytes: number
  /** Its members are changed by tests: `live`, `maxPayload`, `flush`. */
  readonly connection: { -readonly [K in keyof Connection]: Connection[K] }
  /** Delivers a reply to the request that was published last. */
  reply(parts: Partial<ReplyParts> & { sender: string }): void
  deliver(payload: Uint8Array, subject?: string): void
  /** Says that nobody listens where the message of this place in `published` went. */
  noResponders(index: number): void
}

const INBOX = 'mcollective.reply.owner.0123456789abcdef'

export function fakeRpc(more: Partial<Rpc> = {}): FakeRpc {
  const clock = manualClock()
  const notices: Notice[] = []
  const published: Published[] = []
  let read: { payload: Uint8Array; request: ReadRequest } | undefined
  const host = { clock, random: seededRandom(1), notice: (n: Notice) => void notices.push(n) }
  const signer = {
    caller: 'choria=deploy.mcollective',
    secure: async (request: string) => JSON.stringify({ message: request }),
  }
  const wire = wireV1(signer, 'ops1.example.net')
  const counted = strays(host)
  const desk = createDesk(wire, counted, INBOX, 'mcollective')
  const connection = {
    live: true,
    maxPayload: 1_048_576,
    publish(subject: string, payload: Uint8Array, reply: string) {
      // The same bytes go to many nodes.
      if (payload !== read?.payload) read = { payload, request: readRequest(payload) }
      published.push({ subject, reply, request: read.request })
    },
    flush: async () => {},
    close: async () => {},
  }
  const transport = rpcTransport({
    ...{ wire, connection, desk, host },
    caller: signer.caller,
    collective: 'mcollective',
    inbox: INBOX,
    ttl: 60,
    discoveryTimeout: 2_000,
    ...more,
  })
  const last = (): ReadRequest => (published.at(-1) as Published).request
  const deliver = (data: Uint8Array, subject = last().replyTo): void =>
    desk.message({ subject, data })
  return {
    ...{ transport, clock, desk, strays: counted, notices, published, connection, deliver },
    get bytes() {
      return read?.payload.length ?? 0
    },
    reply: (parts) => deliver(v1Reply({ id: last().id, ...parts })),
    noResponders: (index) => desk.noResponders((published[index] as Published).reply),
  }
}

export const nodes = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `n${index}.example.net`)

export function request(more: Partial<RpcRequest> = {}): RpcRequest {
  const data = {}
  const rest = { nodes: nodes(2), timeoutMs: 10_000, changes: false }
  return { agent: 'puppet', action: 'status', data, ...rest, ...more }
}

export interface Asked {
  /** As they came so far. */
  readonly answers: Answer[]
  /** Resolves when the stream has ended. */
  readonly end: Promise<void>
  readonly abort: AbortController
}

/** Starts a request and collects its answers. */
export async function ask(rpc: FakeRpc, what: RpcRequest): Promise<Asked> {
  const abort = new AbortController()
  const answers: Answer[] = []
  const collect = async (): Promise<void> => {
    const stream = rpc.transport.request(what, { signal: abort.signal })
    for await (const answer of stream) answers.push(answer)
  }
  const end = collect()
  end.catch(() => {})
  await settled()
  return { answers, end, abort }
}

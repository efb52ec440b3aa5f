import type { Answer, Json, RpcRequest, Transport } from '@choirmaster/core/provide'

type Said = { code: number; text: string; data: Json }

export interface FakeTransport extends Transport {
  readonly requests: RpcRequest[]
}

/** Answers each node of a request as `answer` says: a reply, a silence, several answers, or nothing at all. */
export function fakeTransport(
  answer: (node: string, request: RpcRequest) => Answer | readonly Answer[] | undefined,
): FakeTransport {
  const requests: RpcRequest[] = []
  return {
    caller: 'choria=ops.mcollective',
    openFor: 60_000,
    requests,
    async *request(request) {
      requests.push(request)
      for (const node of request.nodes) {
        const said = answer(node, request)
        if (said === undefined) continue
        if (Array.isArray(said)) yield* said as Answer[]
        else yield said as Answer
      }
    },
  }
}

export function reply(node: string, code: number, text: string, data: Json = {}): Answer {
  return { node, kind: 'reply', code, text, data }
}

export function good(node: string, data: Json): Answer {
  return reply(node, 0, 'OK', data)
}

/** A transport whose every node says the same. */
export function saying(said: Said): FakeTransport {
  return fakeTransport((node) => reply(node, said.code, said.text, said.data))
}

export const call = { signal: new AbortController().signal }

export function linkTo(transport: Transport): { transport: Transport; replyTimeoutMs: number } {
  return { transport, replyTimeoutMs: 22_000 }
}

export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of stream) all.push(one)
  return all
}

export async function only<T>(stream: AsyncIterable<T>): Promise<T> {
  const all = await collect(stream)
  if (all.length !== 1) throw new Error(`${all.length} instead of one`)
  return all[0] as T
}

import { readFileSync, readdirSync } from 'node:fs'
import type { Answer, Json, Nodes, RpcRequest, Transport } from '@choirmaster/core/provide'

/** One file of test/fixtures/real: a request to real nodes and what came back. */
export interface Recorded {
  readonly request: {
    readonly agent: string
    readonly action: string
    readonly nodes: Nodes
    readonly data: Readonly<Record<string, Json>>
  }
  readonly replies: readonly {
    readonly sender: string
    readonly statuscode: number
    readonly statusmsg: string
    readonly data: Json
  }[]
  readonly no_response: Nodes
}

const folder = new URL('../fixtures/real/', import.meta.url)

export const recordedNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))

export function read<T = Recorded>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as T
}

export function recordedNodes(name: string): Nodes {
  return read(name).request.nodes
}

/** Plays a recorded answer back to any request for the same action. */
export function replay(name: string): Transport & { readonly requests: RpcRequest[] } {
  const recorded = read(name)
  const requests: RpcRequest[] = []
  return {
    caller: 'choria=orchestrator.mcollective',
    openFor: 60_000,
    requests,
    async *request(request) {
      requests.push(request)
      for (const r of recorded.replies) {
        if (!request.nodes.includes(r.sender)) continue
        const answer: Answer = {
          node: r.sender,
          kind: 'reply',
          code: r.statuscode,
          text: r.statusmsg,
          data: r.data,
        }
        yield answer
      }
      for (const node of recorded.no_response) yield { node, kind: 'silence', why: 'no-reply' }
    },
  }
}

import type { Answer, Clock, Milliseconds, RpcRequest, Transport } from '@choirmaster/core/provide'
import { whole } from '../site-plan.js'

/** How a request went. */
export interface Tally {
  readonly asked: number
  /** Replies by statuscode. */
  readonly codes: ReadonlyMap<number, number>
  readonly silent: readonly Extract<Answer, { kind: 'silence' }>[]
  /** Whether a node said that we may not. */
  readonly denied: boolean
  readonly took: Milliseconds
}

/** Sends a request and hands each answer on as it comes. */
export async function askNodes(
  transport: Transport,
  request: RpcRequest,
  clock: Clock,
  onAnswer: (answer: Answer) => void,
): Promise<Tally> {
  const started = clock.now()
  const codes = new Map<number, number>()
  const silent: Extract<Answer, { kind: 'silence' }>[] = []
  let denied = false
  for await (const answer of transport.request(request, whole)) {
    if (answer.kind === 'silence') silent.push(answer)
    else {
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
      denied ||= isDenial(answer)
    }
    onAnswer(answer)
  }
  return { asked: request.nodes.length, codes, silent, denied, took: clock.now() - started }
}

/** Choria's server, whatever its authorisation plugin: statuscode 1 as for any abort, so the text tells. */
export function isDenial(answer: Answer): boolean {
  return (
    answer.kind === 'reply' && answer.code === 1 && /^you are not authorized/i.test(answer.text)
  )
}

/** Whether every node answered, and with statuscode 0. */
export function allWell({ asked, codes }: Tally): boolean {
  return (codes.get(0) ?? 0) === asked
}

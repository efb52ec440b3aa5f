import { deepEqual, equal, ok } from 'node:assert/strict'
import type { RpcRequest, Transport } from '@choirmaster/core'
import { CALL, collect, type Declare } from '../kit.js'

export interface TransportUnderTest {
  readonly transport: Transport
  /** Nodes that answer `status` of the agent `puppet`. */
  readonly answering: readonly string[]
  /** A node that is not there. */
  readonly absent: string
}

/**
 * What every transport must do.
 * @param make a transport with nodes behind it, a new one at each call; the kit closes it
 */
export function transportKit(test: Declare, make: () => Promise<TransportUnderTest>): void {
  const each = (name: string, body: (under: TransportUnderTest) => Promise<void>): void =>
    test(name, async () => {
      const under = await make()
      try {
        await body(under)
      } finally {
        await under.transport.close?.()
      }
    })

  each('says who we are and how long a change may stay open', async ({ transport }) => {
    ok(transport.caller.length > 0)
    ok(transport.openFor > 0)
  })

  each('gives each node exactly one answer', async ({ transport, answering, absent }) => {
    const nodes = [...answering, absent]
    const answers = await collect(transport.request(status(nodes), CALL))
    deepEqual(answers.map(({ node }) => node).sort(), [...nodes].sort())
    for (const answer of answers) equal(answer.kind, answer.node === absent ? 'silence' : 'reply')
  })

  each('answers a request to nobody with nothing', async ({ transport }) => {
    deepEqual(await collect(transport.request(status([]), CALL)), [])
  })

  each('keeps requests apart that are under way at once', async ({ transport, answering }) => {
    const [one, two] = await Promise.all([
      collect(transport.request(status(answering), CALL)),
      collect(transport.request(status(answering.slice(0, 1)), CALL)),
    ])
    equal(one.length, answering.length)
    equal(two.length, 1)
  })

  each(
    'an action that the agent does not have is a reply with a code, no silence',
    async ({ transport, answering }) => {
      const [answer] = await collect(
        transport.request({ ...status(answering.slice(0, 1)), action: 'no_such_action' }, CALL),
      )
      ok(answer?.kind === 'reply' && answer.code !== 0)
    },
  )
}

function status(nodes: readonly string[]): RpcRequest {
  return { agent: 'puppet', action: 'status', data: {}, nodes, timeoutMs: 22_000, changes: false }
}

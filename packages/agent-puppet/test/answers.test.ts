import { describe, expect, test } from 'vitest'
import { type Answer, errorMaker, type Transport } from '@choirmaster/core/provide'
import { disable, status } from '../src/index.js'
import { call, collect, fakeTransport, good, linkTo } from './support/fake-transport.js'

const said = (node: string): Answer =>
  good(node, { enabled: true, applying: false, lastrun: 1, since_lastrun: 1 })

/** A transport that yields these and then fails, hangs or ends. */
function raw(answers: Answer[], then: () => Promise<void> = () => Promise.resolve()): Transport {
  return {
    caller: 'c',
    openFor: 60_000,
    async *request() {
      yield* answers
      await then()
    },
  }
}

describe('each node has exactly one outcome', () => {
  test('where answers are repeated or made up', async () => {
    const transport = raw([said('a'), said('a'), said('stranger'), said('b')])
    const outcomes = await collect(status(linkTo(transport), ['a', 'b'], call))
    expect(outcomes.map(({ node }) => node)).toEqual(['a', 'b'])
  })

  test('where answers are missing', async () => {
    const outcomes = await collect(status(linkTo(raw([said('b')])), ['a', 'b'], call))
    expect(outcomes).toMatchObject([
      { node: 'b', ok: true },
      { node: 'a', ok: false, problem: { code: 'node-no-reply', silence: 'no-reply' } },
    ])
  })

  test('where a node is named twice', async () => {
    const transport = fakeTransport(said)
    const outcomes = await collect(status(linkTo(transport), ['a', 'a'], call))
    expect(outcomes).toHaveLength(1)
    expect(transport.requests[0]?.nodes).toEqual(['a'])
  })

  test('where the stream never ends once all have answered', async () => {
    const transport = raw([said('a')], () => new Promise(() => {}))
    expect(await collect(status(linkTo(transport), ['a'], call))).toHaveLength(1)
  })

  test('where a silence has no reason that we know', async () => {
    const odd = { node: 'a', kind: 'silence', why: 'toString' } as unknown as Answer
    const [outcome] = await collect(disable(linkTo(raw([odd])), ['a'], 'm', call))
    expect(outcome).toMatchObject({ effect: 'maybe', problem: { code: 'node-no-reply' } })
  })

  test('where the transport says what to do, that is the hint', async () => {
    const failure = errorMaker({ 'x-full': { title: 'Full', hint: 'Empty it.', exit: 3 } })
    const transport = raw([], () => Promise.reject(failure('x-full', { message: 'It is full' })))
    const [outcome] = await collect(disable(linkTo(transport), ['a'], 'm', call))
    expect(outcome).toMatchObject({ problem: { hint: 'Empty it.' } })
  })

  test('where the transport fails: a change may have happened', async () => {
    const transport = raw([said('a')], () => Promise.reject(new Error('connection\nlost')))
    const outcomes = await collect(disable(linkTo(transport), ['a', 'b', 'c'], 'm', call))
    expect(outcomes).toMatchObject([
      { node: 'a', ok: true },
      ...['b', 'c'].map((node) => ({
        node,
        ok: false,
        effect: 'maybe',
        problem: {
          code: 'node-transport-failed',
          silence: 'no-reply',
          message: 'disable: The transport failed before the node answered: connection lost',
        },
      })),
    ])
  })
})

test('an abort is an abort, not silence', async () => {
  const controller = new AbortController()
  const reason = new Error('stop')
  for (const then of [() => Promise.reject(reason), () => Promise.resolve()]) {
    const transport = raw([], () => {
      controller.abort(reason)
      return then()
    })
    const stream = status(linkTo(transport), ['a'], { signal: controller.signal })
    await expect(collect(stream)).rejects.toBe(reason)
  }
})

import { describe, expect, it } from 'vitest'
import { ask, fakeRpc, nodes, request } from '../../test/fake-rpc.js'
import { settled } from '../../test/manual-clock.js'
import { v1Reply } from '../../test/v1-server.js'

const reply = { kind: 'reply', code: 0, text: 'OK', data: { enabled: true } }

describe('a request', () => {
  it('goes to each node once, the same signed request, and ends when all have answered', async () => {
    const rpc = fakeRpc()
    const { answers, end } = await ask(rpc, request({ nodes: [...nodes(2), ...nodes(2)] }))
    expect(rpc.published.map(({ subject }) => subject)).toEqual([
      'mcollective.node.n0.example.net',
      'mcollective.node.n1.example.net',
    ])
    const [first, second] = rpc.published
    expect(first?.request).toEqual(second?.request)
    expect(first?.request.body).toBe('{"agent":"puppet","action":"status","data":{}}')
    rpc.reply({ sender: 'n1.example.net' })
    rpc.reply({ sender: 'n0.example.net' })
    await end
    expect(answers).toEqual([
      { node: 'n1.example.net', ...reply },
      { node: 'n0.example.net', ...reply },
    ])
  })

  it("is signed by the machine's time of day, which a sleep of the machine does not stop", async () => {
    const rpc = fakeRpc()
    const slept = rpc.clock.now() + 3_600_000
    rpc.clock.wall = () => slept
    const { end } = await ask(rpc, request({ changes: true }))
    expect(rpc.published[0]?.request.time).toBe(slept / 1000)
    // Deadlines go by the other clock.
    await settled()
    await rpc.clock.advance(9_999)
    expect(rpc.published).toHaveLength(2)
    await rpc.clock.advance(1)
    await end
  })

  it('yields answers as they come', async () => {
    const rpc = fakeRpc()
    const { answers } = await ask(rpc, request())
    rpc.reply({ sender: 'n0.example.net' })
    await settled()
    expect(answers).toHaveLength(1)
  })

  it('ends when its time is up, which counts from when it was sent', async () => {
    const rpc = fakeRpc()
    let release = (): void => {}
    rpc.connection.flush = () => new Promise((resolve) => (release = resolve))
    const { answers, end } = await ask(rpc, request())
    await rpc.clock.advance(8_000)
    release()
    await settled()
    await rpc.clock.advance(9_999)
    rpc.reply({ sender: 'n0.example.net' })
    await settled()
    expect(answers).toHaveLength(1)
    await rpc.clock.advance(1)
    await end
    expect(answers[1]).toEqual({ node: 'n1.example.net', kind: 'silence', why: 'no-reply' })
  })

  it('knows at once which nodes are not connected', async () => {
    const rpc = fakeRpc()
    const { answers, end } = await ask(rpc, request())
    rpc.noResponders(1)
    rpc.noResponders(1)
    rpc.reply({ sender: 'n0.example.net' })
    rpc.noResponders(0)
    await end
    expect(answers).toEqual([
      { node: 'n1.example.net', kind: 'silence', why: 'not-connected' },
      { node: 'n0.example.net', ...reply },
    ])
  })

  it('takes no word from a node that another is not connected', async () => {
    const rpc = fakeRpc()
    const { answers } = await ask(rpc, request())
    const [own, others] = rpc.published.map(({ reply }) => reply) as [string, string]
    const secret = own.slice(own.lastIndexOf('.') + 3)
    const { replyTo } = (rpc.published[1] as (typeof rpc.published)[number]).request
    for (const guess of ['1', '1-', `1-${secret}`]) rpc.desk.noResponders(`${replyTo}.${guess}`)
    rpc.desk.noResponders(replyTo)
    await settled()
    expect(answers).toEqual([])
    rpc.desk.noResponders(others)
    await settled()
    expect(answers).toMatchObject([{ node: 'n1.example.net', why: 'not-connected' }])
  })

  it('to nobody ends at once and sends nothing', async () => {
    const rpc = fakeRpc()
    const { end } = await ask(rpc, request({ nodes: [] }))
    await end
    expect(rpc.published).toEqual([])
  })

  it('is taken by servers for 60 s, a change for 30 s, the least there is', async () => {
    const rpc = fakeRpc()
    await ask(rpc, request())
    await ask(rpc, request({ changes: true }))
    expect(rpc.published.map((one) => one.request.ttl)).toEqual([60, 60, 30, 30])
    expect(rpc.transport.openFor).toBe(60_000)
  })

  it('has an id of its own, of 32 hex digits, that its replies carry', async () => {
    const rpc = fakeRpc()
    await ask(rpc, request({ nodes: nodes(1) }))
    await ask(rpc, request({ nodes: nodes(1) }))
    const ids = rpc.published.map((one) => one.request.id)
    expect(new Set(ids).size).toBe(2)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/)
  })

  it('given up by its caller ends with the reason, and what comes then is late', async () => {
    const rpc = fakeRpc()
    const { end, abort, answers } = await ask(rpc, request())
    rpc.reply({ sender: 'n0.example.net' })
    abort.abort(new Error('enough'))
    await expect(end).rejects.toThrow('enough')
    expect(answers).toHaveLength(1)
    rpc.reply({ sender: 'n1.example.net' })
    expect(rpc.strays.counts.late).toBe(1)
  })

  it('that was given up before it began sends nothing', async () => {
    const rpc = fakeRpc()
    const gone = AbortSignal.abort(new Error('enough'))
    const stream = rpc.transport.request(request(), { signal: gone })
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow('enough')
    expect(rpc.published).toEqual([])
  })
})

describe('what is refused before anything is sent', () => {
  it.each(['a b', '*', 'web1.>', 'a..b', '.a', 'a.', '', 'a/b', 'ä.example.net', 'x'.repeat(256)])(
    'a node named %j: it would change the subject',
    async (name) => {
      const rpc = fakeRpc()
      const { end } = await ask(rpc, request({ nodes: ['n0.example.net', name] }))
      await expect(end).rejects.toMatchObject({ code: 'transport-node-name', place: name })
      expect(rpc.published).toEqual([])
    },
  )

  it('a request larger than the broker takes', async () => {
    const rpc = fakeRpc()
    rpc.connection.maxPayload = 1_000
    const { end } = await ask(rpc, request({ data: { tags: 'x'.repeat(1_000) } }))
    await expect(end).rejects.toMatchObject({ code: 'transport-request-size' })
    expect(rpc.published).toEqual([])
  })
})

describe('replies that change no result', () => {
  it('are counted, told at debug level, and never fatal', async () => {
    const rpc = fakeRpc()
    const { answers, end } = await ask(rpc, request())
    rpc.reply({ sender: 'stranger.example.net' })
    rpc.reply({ sender: 'n0.example.net', agent: 'rpcutil' })
    rpc.reply({ sender: 'n0.example.net', id: '0'.repeat(32) })
    rpc.reply({ sender: 'n0.example.net', body: 'pong' })
    rpc.deliver(Buffer.from('{'))
    rpc.deliver(Buffer.alloc(0))
    const changed = v1Reply({ id: '0'.repeat(32), sender: 'n0.example.net' }).toString()
    const data = Buffer.from(JSON.parse(changed).data, 'base64').toString().replace('n0', 'n1')
    const corrupt = { ...JSON.parse(changed), data: Buffer.from(data).toString('base64') }
    rpc.deliver(Buffer.from(JSON.stringify(corrupt)))
    expect(answers).toEqual([])

    rpc.reply({ sender: 'n0.example.net' })
    rpc.reply({ sender: 'n0.example.net', body: '{"statuscode":5}' })
    rpc.reply({ sender: 'n1.example.net' })
    await end
    rpc.reply({ sender: 'n1.example.net' })
    expect(answers).toEqual([
      { node: 'n0.example.net', ...reply },
      { node: 'n1.example.net', ...reply },
    ])
    expect(rpc.strays.counts).toEqual({
      ...{ foreign: 1, 'wrong-agent': 1, mismatched: 1, malformed: 3, corrupt: 1 },
      ...{ repeated: 1, late: 1, forged: 0, denied: 0 },
    })
    expect(new Set(rpc.notices.map(({ level }) => level))).toEqual(new Set(['debug']))
    expect(rpc.notices.map(({ code }) => code)).toContain('transport-late-reply')
  })

  it('of a kind are told one by one at first, then ever more rarely', async () => {
    const rpc = fakeRpc()
    await ask(rpc, request())
    for (let count = 0; count < 10_000; count++) rpc.deliver(Buffer.from('x'))
    expect(rpc.strays.counts.malformed).toBe(10_000)
    expect(rpc.notices).toHaveLength(100 + 7)
  })

  it('are told from those of another request by the id in them, not by where they come', async () => {
    const rpc = fakeRpc()
    const first = await ask(rpc, request({ nodes: nodes(1) }))
    const id = rpc.published[0]?.request.id as string
    const second = await ask(rpc, request({ nodes: nodes(1) }))
    rpc.reply({ sender: 'n0.example.net', id })
    await first.end
    expect(second.answers).toEqual([])
  })
})

describe('a broker that refuses to take a request for a node', () => {
  it('makes it a node that nothing was sent to', async () => {
    const rpc = fakeRpc()
    const { answers } = await ask(rpc, request())
    rpc.desk.denied('mcollective.node.n1.example.net')
    await settled()
    expect(answers).toEqual([{ node: 'n1.example.net', kind: 'silence', why: 'not-sent' }])
    expect(rpc.notices).toMatchObject([{ level: 'warning', code: 'transport-denied-publish' }])
  })

  it('leaves it open which of two requests it refused', async () => {
    const rpc = fakeRpc()
    const first = await ask(rpc, request())
    const second = await ask(rpc, request())
    rpc.desk.denied('mcollective.node.n1.example.net')
    rpc.desk.denied('elsewhere')
    await settled()
    expect([first.answers, second.answers]).toEqual([[], []])
  })
})

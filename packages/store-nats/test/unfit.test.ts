import type { StreamConfig } from 'nats'
import type { RunHeader } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { subjectsOf } from '../src/subjects.js'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const header = (name: string): RunHeader => ({
  ...{ run: `20261122T020000-${name}`, at: '2026-11-22T02:00:00Z', by: `choria=${name}` },
  ...{ environment: 'production', nodes: 1 },
})

onStream('a stream that would lose locks', (broker) => {
  it.each([
    ['max_age', { max_age: 8e9, duplicate_window: 1e9 }],
    ['max_msgs', { max_msgs: 20, discard: 'old' }],
    ['memory', { storage: 'memory', discard: 'new' }],
  ] as const)('is refused, with the setting named: %s', async (why, config) => {
    const { open, connect, stream } = broker()
    const jsm = await (await connect()).jetstreamManager()
    const made = { name: stream, subjects: [subjectsOf(stream).all], allow_rollup_hdrs: true }
    await jsm.streams.add({ ...made, ...config } as unknown as Partial<StreamConfig>)
    const store = await open({ durability: 'strong' })
    const refused = await store.lock(['dev1'], header('a'), call).catch((error: Error) => error)
    expect(refused).toMatchObject({ code: 'store-stream-unfit' })
    expect((refused as Error).message).toContain(why)
  })
})

onStream('a lock whose record was lost or damaged', (broker) => {
  it('of which nobody knows the nodes may hold any, until it is taken away', async () => {
    const { open, connect, stream } = broker()
    const first = await open()
    await first.lock(['dev1'], header('first'), call)
    const jsm = await (await connect()).jetstreamManager()
    await jsm.streams.purge(stream, { filter: `${stream.toLowerCase()}.node.nodes.>` })
    const second = await open()
    const damaged = { code: 'store-record-damaged', place: header('first').run }
    await expect(second.lock(['dev1'], header('second'), call)).rejects.toMatchObject(damaged)
    await expect(second.lock(['dev2'], header('second'), call)).rejects.toMatchObject(damaged)
    const later = await open({}, {}, () => 31_000)
    await later.unlock(header('first').run, call)
    await (await second.lock(['dev2'], header('second'), call)).release()
  })

  it.each(['{"holders":7}', '{"holders":[{}]}', 'null', ''])(
    'is refused where the admission is %j',
    async (data) => {
      const { open, connect, stream } = broker()
      const store = await open()
      await (await store.lock(['dev1'], header('first'), call)).release()
      await (await connect()).jetstream().publish(subjectsOf(stream).admission, data)
      await expect(store.lock(['dev2'], header('second'), call)).rejects.toMatchObject({
        code: 'store-record-damaged',
        place: expect.stringContaining(`${stream.toLowerCase()}.node.admission:`) as string,
      })
    },
  )
})

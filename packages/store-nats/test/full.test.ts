import type { StreamConfig } from 'nats'
import type { RunEvent, RunHeader } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { subjectsOf } from '../src/subjects.js'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const header = (name: string): RunHeader => ({
  ...{ run: `20261122T020000-${name}`, at: '2026-11-22T02:00:00Z', by: `choria=${name}` },
  ...{ environment: 'production', nodes: 1 },
})
const event: RunEvent = { type: 'store-lost', at: 1, message: 'm'.repeat(1_000) }
const FULL = { code: 'store-full' }

onStream('a stream that is full', (broker) => {
  it('says so at once, and takes new runs once it has room', async () => {
    const { open, connect, stream } = broker()
    const jsm = await (await connect()).jetstreamManager()
    await jsm.streams.add({
      ...{ name: stream, subjects: [subjectsOf(stream).all], allow_rollup_hdrs: true },
      ...{ max_bytes: 20_000, discard: 'new' },
    } as unknown as Partial<StreamConfig>)
    const store = await open()
    const lease = await store.lock(['dev1'], header('first'), call)
    const journal = await store.create(header('first'), call)
    const filled = (async () => {
      for (let seq = 0; ; seq++) await journal.append([event], { epoch: 1, seq }, call)
    })()
    await expect(filled).rejects.toMatchObject(FULL)
    // Refused early: what is left is for those that go on.
    await expect(store.create(header('second'), call)).rejects.toMatchObject(FULL)
    await lease.check()
    const { state } = await jsm.streams.info(stream)
    await jsm.streams.update(stream, { max_bytes: state.bytes })
    await expect(lease.check()).rejects.toMatchObject(FULL)
    await jsm.streams.purge(stream, { filter: subjectsOf(stream).journal(header('first').run) })
    await lease.check()
    await lease.release()
    await (await store.lock(['dev1'], header('second'), call)).release()
  })
})

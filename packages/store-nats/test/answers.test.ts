import type { JetStreamManager, NatsConnection, StreamConfig, StreamInfo } from 'nats'
import type { RunEvent, RunHeader } from '@choirmaster/core/provide'
import { systemClock } from '@choirmaster/core/system'
import { expect, it } from 'vitest'
import { subjectsOf } from '../src/subjects.js'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const RUN: RunHeader = {
  ...{ run: '20261122T020000-answer', at: '2026-11-22T02:00:00Z', by: 'choria=first' },
  ...{ environment: 'production', nodes: 1 },
}

/** Lets a test give the answers to what is asked about the stream. */
function answering(
  nats: NatsConnection,
  answer: (ask: () => Promise<StreamInfo>) => Promise<StreamInfo>,
): NatsConnection {
  const manager = nats.jetstreamManager.bind(nats)
  nats.jetstreamManager = async (options) => {
    const jsm: JetStreamManager = await manager(options)
    const info = jsm.streams.info.bind(jsm.streams)
    jsm.streams.info = (name) => answer(() => info(name))
    return jsm
  }
  return nats
}

onStream('what the broker says of the stream', (broker) => {
  it('is asked again where it does not answer in the middle of a lock', async () => {
    const { open, connect } = broker()
    await (await (await open()).lock(['dev0'], { ...RUN, run: 'r0' }, call)).release()
    let asked = 0
    const nats = answering(await connect(), async (ask) => {
      if (++asked !== 2) return ask()
      throw Object.assign(new Error('TIMEOUT'), { code: 'TIMEOUT' })
    })
    // Waits for the broker are over at once; signs of life do not come.
    const { now } = systemClock()
    const sleepUntil = (moment: number): Promise<void> =>
      moment - now() < 1_000 ? Promise.resolve() : new Promise(() => {})
    const store = await open({}, { clock: { ...systemClock(), sleepUntil } }, undefined, nats)
    await (await store.lock(['dev1'], RUN, call)).release()
    expect(asked).toBeGreaterThan(2)
  })

  it('must tell its time: nothing is judged by our own clock', async () => {
    const { open, connect } = broker()
    const holder = await open()
    await holder.lock(['dev1'], RUN, call)
    const nats = answering(await connect(), async (ask) => {
      const { ts: _, ...old } = (await ask()) as StreamInfo & { ts?: string }
      return old as StreamInfo
    })
    const late = { ...systemClock(), now: () => systemClock().now() + 40_000 }
    const store = await open({}, { clock: late }, undefined, nats)
    await expect(store.unlock(RUN.run, call)).rejects.toMatchObject({ code: 'store-broker-old' })
  })

  it('limits messages, where the stream does so more than the broker', async () => {
    const { open, connect, stream } = broker()
    const jsm = await (await connect()).jetstreamManager()
    await jsm.streams.add({
      ...{ name: stream, subjects: [subjectsOf(stream).all], allow_rollup_hdrs: true },
      ...{ max_msg_size: 65_536 },
    } as unknown as Partial<StreamConfig>)
    const store = await open()
    const journal = await store.create(RUN, call)
    const event: RunEvent = { type: 'store-lost', at: 1, message: 'm'.repeat(100_000) }
    await journal.append([event], { epoch: 1, seq: 0 }, call)
    for await (const one of journal.read(0, call)) expect(one).toEqual(event)
  })
})

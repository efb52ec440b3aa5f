import type { RunEvent, RunHeader } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { standingStill } from './standing-still.js'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const RUN: RunHeader = {
  ...{ run: '20261122T020000-slept1', at: '2026-11-22T02:00:00Z', by: 'choria=first' },
  ...{ environment: 'production', nodes: 1 },
}
const event = (at: number): RunEvent => ({ type: 'started', at, nodes: [0] })

onStream('who stands still while it takes a run over, and is taken over itself', (broker) => {
  /** A run whose holder gave no sign of life for as long as a lease lasts. */
  async function orphaned() {
    const first = await broker().open()
    await first.lock(['dev1'], RUN, call)
    const journal = await first.create(RUN, call)
    await journal.append([event(0)], { epoch: 1, seq: 0 }, call)
  }

  /** It takes the run over, and stands still before it writes to this subject; it has failed once it goes on. */
  async function sleeper(subject: string) {
    const { open, connect } = broker()
    await orphaned()
    const slow = standingStill(await connect())
    const stands = slow.before(subject)
    const slept = (await open({}, {}, () => 31_000, slow.nats)).lock(['dev1'], RUN, call)
    await stands
    return {
      async fails() {
        slow.goesOn()
        await expect(slept).rejects.toMatchObject({ code: 'store-lease-lost' })
      },
    }
  }

  it('before it marked the journal, leaves the journal to the later holder', async () => {
    const slept = await sleeper('.journal.')
    const later = await broker().open({}, {}, () => 62_000)
    const lease = await later.lock(['dev1'], RUN, call)
    const journal = await later.open(RUN.run, call)
    await journal.append([event(1)], { epoch: lease.epoch, seq: 1 }, call)
    await slept.fails()
    await lease.check()
    await journal.append([event(2)], { epoch: lease.epoch, seq: 2 }, call)
    const events: RunEvent[] = []
    for await (const one of journal.read(0, call)) events.push(one)
    expect(events).toEqual([event(0), event(1), event(2)])
  })

  it('before it marked the journal, is told so although the later holder has not marked it yet', async () => {
    const { open, connect } = broker()
    const slept = await sleeper('.journal.')
    const slower = standingStill(await connect())
    const laterStands = slower.before('.journal.')
    const later = (await open({}, {}, () => 62_000, slower.nats)).lock(['dev1'], RUN, call)
    await laterStands
    await slept.fails()
    slower.goesOn()
    await (await later).check()
  })

  it('before it wrote its lease, is told so', async () => {
    const slept = await sleeper('.lease.')
    const lease = await (await broker().open({}, {}, () => 62_000)).lock(['dev1'], RUN, call)
    await slept.fails()
    await lease.check()
  })
})

import type { HeldLock, RunHeader, RunStore } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { standingStill } from './standing-still.js'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const RUN: RunHeader = {
  ...{ run: '20261122T020000-freed1', at: '2026-11-22T02:00:00Z', by: 'choria=first' },
  ...{ environment: 'production', nodes: 1 },
}
const NEXT: RunHeader = { ...RUN, by: 'choria=next' }

async function heldIn(store: RunStore): Promise<readonly HeldLock[]> {
  const found: HeldLock[] = []
  for await (const held of store.locks(call)) found.push(held)
  return found
}

onStream('who stands still while it releases a run', (broker) => {
  /** The first holder, in the middle of its release, and another process. */
  async function releasing(before: string) {
    const { open, connect } = broker()
    const slow = standingStill(await connect())
    const lease = await (await open({}, {}, undefined, slow.nats)).lock(['dev1'], RUN, call)
    const stands = slow.before(before)
    const released = lease.release()
    await stands
    const other = await open()
    const goOn = (): Promise<void> => (slow.goesOn(), released)
    return { other, goOn }
  }

  it('holds it until the lease says that it does not', async () => {
    const { other, goOn } = await releasing('.lease.')
    await expect(other.lock(['dev1'], NEXT, call)).rejects.toMatchObject({
      code: 'store-nodes-locked',
    })
    await goOn()
    const next = await other.lock(['dev1'], NEXT, call)
    await next.check()
  })

  it('does not take it from the next holder, which need not wait for the rest', async () => {
    const { other, goOn } = await releasing('.admission')
    expect(await heldIn(other)).toEqual([])
    const next = await other.lock(['dev1'], NEXT, call)
    await goOn()
    await next.check()
    expect(await heldIn(other)).toMatchObject([{ by: 'choria=next', gone: false, nodes: ['dev1'] }])
    await next.release()
    expect(await heldIn(other)).toEqual([])
  })
})

import type { RunHeader } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const header = (name: string): RunHeader => ({
  ...{ run: `20261122T020000-${name}`, at: '2026-11-22T02:00:00Z', by: `choria=${name}` },
  ...{ environment: 'production', nodes: 1 },
})

onStream('a run that was admitted a moment ago', (broker) => {
  it('is named to who comes second, although its lease is not written yet', async () => {
    const { open, connect, stream } = broker()
    const first = await open()
    await first.lock(['dev1'], header('first'), call)
    // As it is between the two messages.
    const jsm = await (await connect()).jetstreamManager()
    await jsm.streams.purge(stream, { filter: `${stream.toLowerCase()}.node.lease.>` })
    const second = await open()
    const refused = await second
      .lock(['dev1'], header('second'), call)
      .catch((error: Error) => error)
    expect(refused).toMatchObject({ code: 'store-nodes-locked' })
    expect((refused as Error).message).toContain(
      `Run 20261122T020000-first of choria=first holds dev1 on `,
    )
    expect((refused as Error).message).toContain(`(process ${process.pid})`)
  })
})

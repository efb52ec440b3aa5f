import type { RunHeader } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { subjectsOf } from '../src/subjects.js'
import { standingStill } from './standing-still.js'
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

  it('is not judged by the lease of the holder before, who is gone', async () => {
    const { open, connect } = broker()
    const gone = header('first')
    await (await open()).lock(['dev1'], gone, call)
    const slow = standingStill(await connect())
    const stands = slow.before('.lease.')
    const resumed = (await open({}, {}, () => 31_000, slow.nats)).lock(
      ['dev1'],
      { ...gone, by: 'choria=resumer' },
      call,
    )
    await stands
    const other = await open({}, {}, () => 31_000)
    await expect(other.lock(['dev1'], gone, call)).rejects.toThrow('choria=resumer')
    await expect(other.unlock(gone.run, call)).rejects.toThrow('choria=resumer')
    slow.goesOn()
    await (await resumed).check()
  })

  it('is gone a lease after it was admitted, whoever else replaces the admission', async () => {
    const { open, connect, stream } = broker()
    const dead = await open({}, {}, () => -40_000)
    await dead.lock(['dev1'], header('dead'), call)
    const jsm = await (await connect()).jetstreamManager()
    await jsm.streams.purge(stream, { filter: `${stream.toLowerCase()}.node.lease.>` })
    const other = await open()
    await (await other.lock(['dev2'], header('busy'), call)).release()
    expect(await other.unlock(header('dead').run, call)).toMatchObject({ gone: true })
    await other.lock(['dev1'], header('busy'), call)
  })

  it('by a version that did not say when counts from the admission that names it', async () => {
    const { open, connect, stream } = broker()
    await (await open()).lock(['dev1'], header('old'), call)
    const nats = await connect()
    const jsm = await nats.jetstreamManager()
    const { admission } = subjectsOf(stream)
    const text = async () =>
      (await jsm.streams.getMessage(stream, { last_by_subj: admission })).string()
    const { holders } = JSON.parse(await text()) as { holders: Record<string, unknown>[] }
    const old = holders.map((holder) => ({ ...holder, since: undefined }))
    await nats.jetstream().publish(admission, JSON.stringify({ holders: old }))
    await jsm.streams.purge(stream, { filter: `${stream.toLowerCase()}.node.lease.>` })
    const other = await open()
    await expect(other.unlock(header('old').run, call)).rejects.toMatchObject({
      code: 'store-lock-alive',
    })
    await (await other.lock(['dev2'], header('busy'), call)).release()
    expect(await text()).toContain('"since"')
    await (await open({}, {}, () => 31_000)).unlock(header('old').run, call)
  })
})

onStream('who is taken over while its lock is taken away', (broker) => {
  it('keeps it', async () => {
    const { open, connect } = broker()
    const run = header('first')
    await (await open()).lock(['dev1'], run, call)
    let ahead = 31_000
    const slow = standingStill(await connect())
    const stands = slow.before('.lease.')
    const unlocked = (await open({}, {}, () => ahead, slow.nats)).unlock(run.run, call)
    await stands
    const lease = await (await open({}, {}, () => ahead)).lock(['dev1'], run, call)
    ahead = 0
    slow.goesOn()
    await expect(unlocked).rejects.toMatchObject({ code: 'store-lock-alive' })
    await lease.check()
  })

  it('goes on with its journal, although the mark of who took the lock away comes late', async () => {
    const { open, connect } = broker()
    const run = header('first')
    const first = await open()
    await first.lock(['dev1'], run, call)
    await first.create(run, call)
    let ahead = 31_000
    const [resumer, unlocker] = [standingStill(await connect()), standingStill(await connect())]
    const resumerStands = resumer.before('.admission')
    const store = await open({}, {}, () => ahead, resumer.nats)
    const resumed = store.lock(['dev1'], run, call)
    await resumerStands
    const unlockerStands = unlocker.before('.journal.')
    const unlocked = (await open({}, {}, () => ahead, unlocker.nats)).unlock(run.run, call)
    await unlockerStands
    resumer.goesOn()
    const { epoch, check } = await resumed
    const journal = await store.open(run.run, call)
    await journal.append([{ type: 'started', at: 1, nodes: [0] }], { epoch, seq: 0 }, call)
    ahead = 0
    unlocker.goesOn()
    await expect(unlocked).rejects.toMatchObject({ code: 'store-lock-alive' })
    await journal.append([{ type: 'started', at: 2, nodes: [0] }], { epoch, seq: 1 }, call)
    await check()
  })
})

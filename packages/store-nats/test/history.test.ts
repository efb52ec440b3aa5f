import type { RunHeader } from '@choirmaster/core/provide'
import { headers } from 'nats'
import { expect, it } from 'vitest'
import { subjectsOf } from '../src/subjects.js'
import { onStream } from './use-stream.js'

const call = { signal: new AbortController().signal }
const header = (name: string): RunHeader => ({
  ...{ run: `20261122T020000-${name}`, at: '2026-11-22T02:00:00Z', by: `choria=${name}` },
  ...{ environment: 'production', nodes: 1 },
})

onStream('a run of which a message is damaged', (broker) => {
  it.each([
    ['record', 'not json'],
    ['record', '{}'],
    ['record', '[{"type":"ended","at":"never"}]'],
    ['header', 'not json'],
    ['header', 'null'],
    ['header', '{"schema":"choirmaster.journal/1"}'],
    ['header', '{"schema":"choirmaster.journal/1","header":{"run":"a b"}}'],
  ])('is a notice, and the others are listed: %s %j', async (what, data) => {
    const { open, connect, stream, notices } = broker()
    const store = await open()
    for (const name of ['good', 'bad']) await store.create(header(name), call)
    const subjects = subjectsOf(stream)
    const { run } = header('bad')
    const part = headers()
    part.set('Choirmaster-Part', '1/1')
    if (what === 'header') part.set('Nats-Rollup', 'sub')
    const subject = what === 'header' ? subjects.header(run) : subjects.journal(run)
    await (await connect()).jetstream().publish(subject, data, { headers: part })
    const listed: string[] = []
    for await (const one of store.list(call)) listed.push(one.run)
    expect(listed).toEqual([header('good').run])
    expect(notices).toMatchObject([{ level: 'warning', code: 'store-run-unreadable' }])
  })
})

import { appendFile, mkdtemp, open, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal, JournalPart, JournalTail, RunEvent } from '@choirmaster/core/provide'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { segmentFile } from './epochs.js'
import { headerLine, recordLine } from './format.js'
import { createJournal, openJournal } from './journal.js'

const call = { signal: new AbortController().signal }
const event = (at: number): RunEvent => ({ type: 'started', at, nodes: [at] })

let folder: string
let file: string
let writer: Journal
let reader: Journal
let tail: JournalTail
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tail-'))
  file = join(folder, 'r1.ndjson')
  const who = { at: '2026-01-02T03:04:05Z', by: 'choria=rip', environment: 'production', nodes: 4 }
  writer = await createJournal(file, { run: 'r1', ...who })
  reader = await openJournal(file, 'r1', () => {
    throw new Error('no notice is due for a journal that is still written')
  })
  tail = reader.tail()
})
afterEach(async () => {
  await writer.close?.()
  await reader.close?.()
  await rm(folder, { recursive: true })
})

async function more(): Promise<JournalPart[]> {
  const parts: JournalPart[] = []
  for await (const part of tail.more(call)) parts.push(part)
  return parts
}

const append = (at: number): Promise<void> =>
  writer.append([event(at)], { epoch: 1, seq: at }, call)

it('gives a record once its last byte is there, however many writes it took', async () => {
  await append(0)
  const line = Buffer.from(recordLine(1, [event(1)]))
  expect(await more()).toEqual([{ seq: 0, events: [event(0)] }])
  for (const byte of line.subarray(0, -1)) {
    await appendFile(file, Buffer.of(byte))
    expect(await more()).toEqual([])
  }
  await appendFile(file, '\n')
  expect(await more()).toEqual([{ seq: 1, events: [event(1)] }])
})

it('goes on after a record whose writer died within it and that was cut off', async () => {
  await append(0)
  await more()
  const { size } = await stat(file)
  await appendFile(file, recordLine(1, [event(7)]).slice(0, 30))
  expect(await more()).toEqual([])
  await truncate(file, size)
  await appendFile(file, recordLine(1, [event(1)]))
  expect(await more()).toEqual([{ seq: 1, events: [event(1)] }])
})

it('takes back what a holder wrote after another one had read the journal', async () => {
  for (const at of [0, 1]) await append(at)
  // Epoch 2 has read two events; the holder of epoch 1 was in the middle of a write.
  await (await open(segmentFile(file, 2), 'wx')).close()
  await appendFile(file, recordLine(2, [event(2)]))
  expect((await more()).map(({ seq }) => seq)).toEqual([0, 1, 2])
  await appendFile(segmentFile(file, 2), headerLine({ run: 'r1', epoch: 2, from: 2 }))
  expect(await more()).toEqual([])
  await appendFile(segmentFile(file, 2), recordLine(2, [event(20)]))
  await appendFile(file, recordLine(3, [event(3)]))
  expect(await more()).toEqual([{ seq: 2, events: [event(20)] }])
  expect(await more()).toEqual([])
})

it('leaves out what came late where the next holder had begun before it was read', async () => {
  for (const at of [0, 1]) await append(at)
  await appendFile(file, recordLine(2, [event(2)]))
  const next = headerLine({ run: 'r1', epoch: 2, from: 2 }) + recordLine(2, [event(20)])
  await appendFile(segmentFile(file, 2), next)
  expect((await more()).map(({ events }) => events[0]?.at)).toEqual([0, 1, 20])
})

it('begins the file anew where a disk lost what it had shown', async () => {
  for (const at of [0, 1]) await append(at)
  await more()
  const text = await readFile(file, 'utf8')
  await truncate(file, text.lastIndexOf('{"seq":1'))
  expect(await more()).toEqual([{ seq: 0, events: [event(0)] }])
})

it('leaves a last line of which bytes are missing to whoever goes on, who cuts it off', async () => {
  await append(0)
  const { size } = await stat(file)
  await appendFile(file, recordLine(1, [event(1)]).replace('started', '\0'.repeat(7)))
  expect(await more()).toEqual([{ seq: 0, events: [event(0)] }])
  await truncate(file, size)
  await appendFile(file, recordLine(1, [event(1)]))
  expect(await more()).toEqual([{ seq: 1, events: [event(1)] }])
})

it('says that a line which is there whole is damaged', async () => {
  await append(0)
  await appendFile(file, recordLine(1, [event(1)]).replace('started', 'stopped'))
  await expect(more()).rejects.toMatchObject({ code: 'store-journal-damaged', place: `${file}:3` })
})

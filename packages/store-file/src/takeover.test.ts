import {
  appendFile,
  type FileHandle,
  mkdtemp,
  open,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Journal, RunEvent, RunHeader } from '@choirmaster/core/provide'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { raiseEpoch } from './epochs.js'
import { recordLine } from './format.js'
import { createJournal, openJournal } from './journal.js'

const call = { signal: new AbortController().signal }
const header: RunHeader = {
  run: 'r1',
  at: '',
  by: 'choria=one',
  environment: 'production',
  nodes: 1,
}
const event = (at: number): RunEvent => ({ type: 'cancel', at, level: 'soft', by: 'one' })

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'takeover-'))
  file = join(folder, 'r1.ndjson')
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

const openAgain = (): Promise<Journal> => openJournal(file, 'r1', () => {})

/** A journal whose holder was stopped after so many events, taken over. */
async function takenOver(count: number): Promise<number> {
  const first = await createJournal(file, header)
  await first.append(
    Array.from({ length: count }, (_, n) => event(n)),
    { epoch: 1, seq: 0 },
    call,
  )
  await first.close?.()
  return raiseEpoch(file)
}

async function eventsOf(journal: Journal): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const one of journal.read(0, call)) events.push(one)
  return events
}

it('what the stopped holder writes after it was read is no part of the journal, and hinders nobody (S17)', async () => {
  const epoch = await takenOver(2)
  const second = await openAgain()
  expect(await eventsOf(second)).toHaveLength(2)
  // It had looked whether its epoch is over, and was stopped before its write.
  await appendFile(file, recordLine(2, [event(20)]))
  await second.append([event(3)], { epoch, seq: 2 }, call)
  await second.append([event(4)], { epoch, seq: 3 }, call)
  expect(await eventsOf(second)).toEqual([0, 1, 3, 4].map(event))
  await second.close?.()
})

it('who takes over leaves no gap', async () => {
  const epoch = await takenOver(2)
  const second = await openAgain()
  await expect(second.append([event(3)], { epoch, seq: 3 }, call)).rejects.toThrow(
    'where 2 is next',
  )
  await second.close?.()
})

it('what the dead holder wrote and did not flush is durable before anything is built on it (S13)', async () => {
  const epoch = await takenOver(1)
  await appendFile(file, recordLine(1, [event(1)]))
  const second = await openAgain()
  const synced = await filesFlushed(() => second.append([event(2)], { epoch, seq: 2 }, call))
  // The first line of its own file by itself, and then the record.
  const own = await numberOf(`${file}.2`)
  expect(synced).toEqual([await numberOf(file), own, own])
  expect(await eventsOf(second)).toEqual([0, 1, 2].map(event))
  await second.close?.()
})

it('a first record of which a power failure left zeros takes nothing with it: its file has begun before', async () => {
  const epoch = await takenOver(2)
  const second = await openAgain()
  await second.append([event(2)], { epoch, seq: 2 }, call)
  await second.close?.()
  const own = `${file}.2`
  const written = await readFile(own)
  const begun = written.indexOf('\n') + 1
  // All that was not flushed yet when the power failed.
  await writeFile(own, Buffer.from(written).fill(0, begun, written.length - 1))
  const third = await openAgain()
  expect(await eventsOf(third)).toEqual([0, 1].map(event))
  await third.close?.()
})

async function numberOf(name: string): Promise<number> {
  const handle = await open(name)
  const { ino } = await handle.stat()
  await handle.close()
  return ino
}

/** Numbers of the files that are flushed meanwhile, in order. */
async function filesFlushed(work: () => Promise<void>): Promise<number[]> {
  const handle = await open(file)
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  const synced: number[] = []
  const { datasync } = prototype
  vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
    synced.push((await this.stat()).ino)
    return datasync.call(this)
  })
  await work()
  return synced
}

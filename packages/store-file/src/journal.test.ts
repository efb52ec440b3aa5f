import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type {
  Call,
  Journal,
  Notice,
  Position,
  RunEvent,
  RunHeader,
} from '@choirmaster/core/provide'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createJournal, openJournal } from './journal.js'

const call: Call = { signal: new AbortController().signal }
const header: RunHeader = {
  run: 'r1',
  at: '2026-01-02T03:04:05Z',
  by: 'choria=rip.mcollective',
  environment: 'production',
  nodes: 4,
}
const event = (at: number): RunEvent => ({
  type: 'cancel',
  at,
  level: 'soft',
  by: `Zoë "the\nboss" ${at}`,
})

const at = (seq: number, epoch = 1): Position => ({ epoch, seq })

let folder: string
let file: string
let notices: Notice[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'))
  file = join(folder, 'r1.ndjson')
  notices = []
})
afterEach(() => rm(folder, { recursive: true }))

const openAgain = () => openJournal(file, 'r1', (notice) => notices.push(notice))

async function eventsOf(journal: Journal, from = 0): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  for await (const one of journal.read(from, call)) events.push(one)
  return events
}

/** Opens, reads to the end and closes: the events, or the code of what was thrown. */
async function readBack(): Promise<RunEvent[] | string> {
  try {
    const journal = await openAgain()
    try {
      return await eventsOf(journal)
    } finally {
      await journal.close?.()
    }
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** Three records of 2, 1 and 1 events. */
async function writeThree(): Promise<void> {
  const journal = await createJournal(file, header)
  await journal.append([event(1), event(2)], at(0), call)
  await journal.append([event(3)], at(2), call)
  await journal.append([event(4)], at(3), call)
  await journal.close?.()
}

describe('a journal', () => {
  it('gives back what was appended, from any event on', async () => {
    await writeThree()
    const journal = await openAgain()
    const all = [1, 2, 3, 4].map(event)
    for (let from = 0; from <= 5; from += 1) {
      expect(await eventsOf(journal, from)).toEqual(all.slice(from))
    }
    await journal.close?.()
    expect(notices).toEqual([])
  })

  it('can be read by its owner only', async () => {
    await writeThree()
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('keeps the order of appends that were not waited for', async () => {
    const journal = await createJournal(file, header)
    await Promise.all([0, 1, 2, 3, 4].map((n) => journal.append([event(n)], at(n), call)))
    expect(await eventsOf(journal)).toEqual([0, 1, 2, 3, 4].map(event))
    await journal.close?.()
  })

  it('is written batch by batch, one line and one flush each', async () => {
    const journal = await createJournal(file, header)
    const prototype = await prototypeOfHandles()
    const datasync = vi.spyOn(prototype, 'datasync')
    await journal.append([event(1), event(2)], at(0), call)
    expect(datasync).toHaveBeenCalledTimes(1)
    datasync.mockRestore()
    await journal.close?.()
    const lines = (await readFile(file, 'utf8')).split('\n')
    expect(lines).toHaveLength(3)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ schema: 'choirmaster.journal/1', header })
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ seq: 0, events: [event(1), event(2)] })
  })

  it('refuses an event number that is taken and goes on with the next one', async () => {
    const journal = await createJournal(file, header)
    await journal.append([event(1)], at(0), call)
    await expect(journal.append([event(2)], at(0), call)).rejects.toMatchObject({
      code: 'store-sequence-taken',
      exit: 3,
    })
    await journal.append([event(2)], at(1), call)
    expect(await eventsOf(journal)).toEqual([event(1), event(2)])
    await journal.close?.()
  })

  it('refuses what another process appended meanwhile', async () => {
    const one = await createJournal(file, header)
    await one.append([event(1)], at(0), call)
    const other = await openAgain()
    await other.append([event(2)], at(1), call)
    await expect(one.append([event(3)], at(1), call)).rejects.toMatchObject({
      code: 'store-sequence-taken',
    })
    await one.close?.()
    await other.close?.()
  })

  it('does not begin twice', async () => {
    await writeThree()
    await expect(createJournal(file, header)).rejects.toMatchObject({
      code: 'store-run-exists',
      exit: 3,
    })
  })

  it('says which run is not known', async () => {
    await expect(openAgain()).rejects.toMatchObject({ code: 'store-run-unknown', place: 'r1' })
  })

  it('reports a full disk and writes nothing after it', async () => {
    const journal = await createJournal(file, header)
    const write = vi.spyOn(await prototypeOfHandles(), 'write')
    write.mockRejectedValueOnce(
      Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    )
    await expect(journal.append([event(1)], at(0), call)).rejects.toMatchObject({
      code: 'store-disk-full',
      message: `Cannot write the journal ${file}: no space left on device`,
    })
    await expect(journal.append([event(1)], at(0), call)).rejects.toMatchObject({
      code: 'store-disk-full',
    })
    expect(write).toHaveBeenCalledTimes(1)
    write.mockRestore()
    await journal.close?.()
  })
})

describe('a damaged journal', () => {
  it('is read without its last record when that is torn, wherever the tear is', async () => {
    await writeThree()
    const whole = await readFile(file)
    const start = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let length = start; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length))
      notices = []
      expect(await readBack(), `cut at ${length}`).toEqual([1, 2, 3].map(event))
      expect(notices.map((notice) => notice.code)).toEqual(
        length === start ? [] : ['store-torn-record'],
      )
    }
  })

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['a torn record', (whole) => whole.subarray(0, whole.length - 9)],
    ['one with a hole', (whole) => Buffer.from(whole).fill(0, whole.length - 20, whole.length - 2)],
  ])('goes on after %s as if it had not been', async (_, spoil) => {
    await writeThree()
    await writeFile(file, spoil(await readFile(file)))
    const journal = await openAgain()
    await journal.append([event(5)], at(3), call)
    await journal.close?.()
    notices = []
    expect(await readBack()).toEqual([1, 2, 3, 5].map(event))
    expect(notices).toEqual([])
  })

  it('is read without its last record when bytes of that did not reach the disk, wherever they are missing', async () => {
    await writeThree()
    const whole = await readFile(file)
    const start = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let at = start; at < whole.length - 1; at += 1) {
      await writeFile(file, Buffer.from(whole).fill(0, at, Math.min(at + 5, whole.length - 1)))
      notices = []
      expect(await readBack(), `a hole at ${at}`).toEqual([1, 2, 3].map(event))
      expect(notices.map((notice) => notice.code)).toEqual(['store-record-lost'])
    }
  })

  it('is reported where the last record is whole and in the wrong place', async () => {
    await writeThree()
    const lines = (await readFile(file, 'utf8')).split('\n')
    await writeFile(file, lines.toSpliced(3, 1, lines[2] ?? '').join('\n'))
    expect(await readBack()).toBe('store-journal-damaged')
  })

  it('is reported whichever byte before the last record is another', async () => {
    await writeThree()
    const whole = await readFile(file)
    const end = whole.lastIndexOf('\n', whole.length - 2)
    const known = ['store-journal-damaged', 'store-not-a-journal', 'store-journal-version']
    for (let at = 0; at <= end; at += 1) {
      for (const bit of [1, 0x20, 0x80]) {
        const flipped = Buffer.from(whole)
        flipped[at] = (flipped[at] ?? 0) ^ bit
        await writeFile(file, flipped)
        expect(known, `byte ${at}, bit ${bit}`).toContain(await readBack())
      }
    }
  })

  it.each<[string, (lines: string[]) => string[], object]>([
    [
      'a record is missing',
      (lines) => lines.toSpliced(2, 1),
      {
        code: 'store-journal-damaged',
        message: 'holds event 3 where event 2 must follow',
        line: 3,
      },
    ],
    [
      'a checksum differs',
      (lines) => lines.with(1, (lines[1] ?? '').replace('boss', 'Boss')),
      { code: 'store-journal-damaged', message: 'its checksum differs', line: 2 },
    ],
    [
      'a line is something else',
      (lines) => lines.with(2, 'hello'),
      { code: 'store-journal-damaged', message: 'is no record', line: 3 },
    ],
    [
      'it is of another version',
      (lines) => lines.with(0, (lines[0] ?? '').replace('journal/1', 'journal/2')),
      { code: 'store-journal-version', message: 'choirmaster.journal/2', line: 1 },
    ],
    ['it is something else', () => ['{"a":1}', ''], { code: 'store-not-a-journal', line: 1 }],
    ['it is empty', () => [''], { code: 'store-not-a-journal', line: 1 }],
  ])('is reported with its line when %s', async (_, change, expected) => {
    await writeThree()
    await writeFile(file, change((await readFile(file, 'utf8')).split('\n')).join('\n'))
    const { code, message = '', line } = expected as Record<string, string>
    const error = await openAgain()
      .then((journal) => eventsOf(journal).finally(() => journal.close?.()))
      .then(() => undefined)
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code, place: `${file}:${line}` })
    expect((error as Error).message).toContain(message)
  })
})

async function prototypeOfHandles(): Promise<import('node:fs/promises').FileHandle> {
  const handle = await open(folder, 'r')
  await handle.close()
  return Object.getPrototypeOf(handle) as import('node:fs/promises').FileHandle
}

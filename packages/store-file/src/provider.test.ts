import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunEnding } from '@choirmaster/core'
import type {
  Call,
  Host,
  ListedRun,
  Notice,
  Position,
  RunEvent,
  RunHeader,
  RunStore,
} from '@choirmaster/core/provide'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { headerLine, recordLine } from './format.js'
import { fileStore } from './provider.js'
import { stateFolders } from './state-folder.js'

const call: Call = { signal: new AbortController().signal }
const header = (run: string, at = '2026-01-02T03:04:05Z'): RunHeader => ({
  run,
  at,
  by: 'choria=rip.mcollective',
  environment: 'production',
  nodes: 4,
})

const at = (seq: number, epoch = 1): Position => ({ epoch, seq })

let folder: string
let notices: Notice[]
let store: RunStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'))
  notices = []
  const host: Host = {
    baseDir: folder,
    clock: systemClock(),
    random: systemRandom(),
    notice: (notice) => notices.push(notice),
  }
  store = await fileStore.open({ dir: 'state' }, host, call)
})
afterEach(() => rm(folder, { recursive: true }))

async function list(): Promise<ListedRun[]> {
  const runs: ListedRun[] = []
  for await (const run of store.list(call)) runs.push(run)
  return runs
}

async function names(): Promise<string[]> {
  return (await list()).map(({ run }) => run)
}

function ended(result: RunEnding['result'], exit: RunEnding['exit']): RunEvent {
  return { type: 'ended', result, exit, at: Date.UTC(2026, 0, 2, 3, 5, 5) }
}

describe('the store of files', () => {
  it('holds nothing and makes nothing before the first run', async () => {
    expect(await list()).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('keeps its folder to its owner', async () => {
    await (await store.create(header('r1'), call)).close?.()
    for (const path of ['state', 'state/runs']) {
      expect((await stat(join(folder, path))).mode & 0o777, path).toBe(0o700)
    }
  })

  it('lists runs newest first, those of one moment by id', async () => {
    for (const [run, at] of [
      ['b', '2026-01-02T00:00:00Z'],
      ['c', '2026-01-03T00:00:00Z'],
      ['a', '2026-01-02T00:00:00Z'],
    ] as const) {
      await (await store.create(header(run, at), call)).close?.()
    }
    expect(await names()).toEqual(['c', 'b', 'a'])
  })

  it('lists a thousand runs without reading what lies between their first lines and their last bytes', async () => {
    await (await store.create(header('r0000'), call)).close?.()
    // Were all read, each of these would be a damaged journal.
    const rest = `x\n${recordLine(7, [ended('failed', 5)])}`
    for (let n = 1; n < 1000; n += 1) {
      const run = `r${String(n).padStart(4, '0')}`
      await writeFile(
        join(folder, 'state/runs', `${run}.ndjson`),
        headerLine(header(run)) + 'x'.repeat(2000) + rest,
      )
    }
    const runs = await list()
    expect(runs).toHaveLength(1000)
    expect(runs[0]).toMatchObject({ run: 'r0999', result: 'failed', exit: 5 })
    expect(runs.at(-1)).not.toHaveProperty('result')
    expect(notices).toEqual([])
  })

  it('says how a run ended, where its journal does', async () => {
    const journal = await store.create(header('r1'), call)
    // What an operator can write into a message is no end of a run.
    const message = '"type":"ended","result":"succeeded"}]}\n'
    await journal.append([{ type: 'store-lost', at: 1, message }], at(0), call)
    expect(await list()).toEqual([{ ...header('r1'), last: expect.any(String) }])
    await journal.append([{ type: 'declined', at: 2 }, ended('refused', 3)], at(1), call)
    await journal.close?.()
    const end = { ended: '2026-01-02T03:05:05.000Z', result: 'refused', exit: 3 }
    expect(await list()).toEqual([{ ...header('r1'), ...end }])
  })

  it('takes a run whose last record is torn for one that has not ended', async () => {
    const file = join(folder, 'state/runs/r1.ndjson')
    await (await store.create(header('r1'), call)).close?.()
    await appendFile(file, recordLine(0, [ended('succeeded', 0)]).slice(0, -2))
    expect(await list()).toEqual([{ ...header('r1'), last: expect.any(String) }])
  })

  it('says of a run that did not end when its journal was written to, or its holder shut out', async () => {
    const file = join(folder, 'state/runs/r1.ndjson')
    await (await store.create(header('r1'), call)).close?.()
    await utimes(file, 1_000, 1_000)
    expect(await list()).toMatchObject([{ last: '1970-01-01T00:16:40.000Z' }])
    await writeFile(`${file}.2`, '')
    await utimes(`${file}.2`, 2_000, 2_000)
    expect(await list()).toMatchObject([{ last: '1970-01-01T00:33:20.000Z' }])
  })

  it('is weak once a last record is found that may have been acknowledged', async () => {
    const file = join(folder, 'state/runs/r1.ndjson')
    await (await store.create(header('r1'), call)).close?.()
    const hole = recordLine(0, [ended('succeeded', 0)]).replace('ended', '\0\0\0\0\0')
    await appendFile(file, hole)
    expect(await list()).toEqual([{ ...header('r1'), last: expect.any(String) }])
    expect(store.durability).toBe('strong')
    const journal = await store.open('r1', call)
    for await (const event of journal.read(0, call)) expect(event).toBeUndefined()
    await journal.close?.()
    expect(store.durability).toBe('weak')
    expect(notices).toMatchObject([{ level: 'warning', code: 'store-record-lost' }])
  })

  it('lists the other runs when one cannot be read, and says so', async () => {
    await (await store.create(header('good'), call)).close?.()
    await writeFile(join(folder, 'state/runs/bad.ndjson'), 'x')
    expect(await names()).toEqual(['good'])
    expect(notices).toMatchObject([{ level: 'warning', code: 'store-run-unreadable' }])
  })

  it.each(['../r1', 'a/b', '', '.hidden', 'a\0b'])('knows no run %j', async (run) => {
    await expect(store.open(run, call)).rejects.toMatchObject({ code: 'store-run-unknown' })
  })

  it('names the runs that may have been meant', async () => {
    await (await store.create(header('20260102T030405-k3f9q2'), call)).close?.()
    await expect(store.open('20260102T030405-k3f9q3', call)).rejects.toMatchObject({
      code: 'store-run-unknown',
      hint: 'Did you mean 20260102T030405-k3f9q2?',
    })
  })

  it('says which folder it cannot use', async () => {
    await writeFile(join(folder, 'state'), '')
    await expect(store.create(header('r1'), call)).rejects.toMatchObject({
      code: 'store-unusable',
      place: join(folder, 'state/runs'),
    })
    await rm(join(folder, 'state'))
    for (const inTheWay of [
      (path: string) => writeFile(path, ''),
      (path: string) => symlink(join(folder, 'none'), path),
    ]) {
      await mkdir(join(folder, 'state'))
      await inTheWay(join(folder, 'state/runs'))
      await expect(store.create(header('r1'), call)).rejects.toMatchObject({
        code: 'store-unusable',
        place: join(folder, 'state/runs'),
      })
      await rm(join(folder, 'state'), { recursive: true })
    }
  })
})

// Node's own `mkdir` with `recursive` never comes back from there.
it.runIf(process.platform === 'linux')(
  'says so where a folder that is there can have none below it',
  async () => {
    const dir = join('/proc', 'none', 'deep')
    const host: Host = {
      baseDir: folder,
      clock: systemClock(),
      random: systemRandom(),
      notice: () => undefined,
    }
    const below = await fileStore.open({ dir }, host, call)
    await expect(below.create(header('r1'), call)).rejects.toMatchObject({
      code: 'store-unusable',
      place: join(dir, 'runs'),
    })
  },
)

describe('the folder of the store', () => {
  it.each([
    ['the option', 'here', { XDG_STATE_HOME: '/x' }, '/base/here/runs'],
    ['XDG_STATE_HOME', undefined, { XDG_STATE_HOME: '/x', HOME: '/h' }, '/x/choirmaster/runs'],
    [
      'the home folder when XDG_STATE_HOME is relative',
      undefined,
      { XDG_STATE_HOME: 'x', HOME: '/h' },
      '/h/.local/state/choirmaster/runs',
    ],
    ['the home folder', undefined, { HOME: '/h' }, '/h/.local/state/choirmaster/runs'],
  ])('is named by %s', (_, dir, env, expected) => {
    expect(stateFolders(dir, '/base', env).runs).toBe(expected)
  })
})

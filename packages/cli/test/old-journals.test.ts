import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPuppetAgent } from '@choirmaster/agent-puppet'
import { reportFromEvents, resumeRun, type RunEvent, type RunStore } from '@choirmaster/core'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { simulatedFleet, virtualClock } from '@choirmaster/simulator'
import { fileStore } from '@choirmaster/store-file'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** One of each release, as its store of files wrote it: a LAMP run of which one node failed, and its report. */
const JOURNALS = fileURLToPath(new URL('fixtures/journals/', import.meta.url))
const RUN = '20261122T111547-rel010'
const START = Date.UTC(2026, 10, 22, 11, 15, 47)
const { signal } = new AbortController()
const call = { signal }

const names = (await readdir(JOURNALS)).filter((name) => name.endsWith('.ndjson'))

let folder: string
let store: RunStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'old-journals-'))
  await mkdir(join(folder, 'runs'))
  const host = { baseDir: folder, clock: systemClock(), random: systemRandom() }
  store = await fileStore.open({ dir: '.' }, { ...host, notice: () => undefined }, call)
})
afterEach(() => rm(folder, { recursive: true }))

async function events(): Promise<RunEvent[]> {
  const journal = await store.open(RUN, call)
  const all: RunEvent[] = []
  for await (const event of journal.read(0, call)) all.push(event)
  await journal.close?.()
  return all
}

describe.each(names)('the journal of release %s', (name) => {
  const file = (): string => join(folder, 'runs', `${RUN}.ndjson`)

  it('gives the report that it gave', async () => {
    await copyFile(join(JOURNALS, name), file())
    const report = name.replace('.ndjson', '.report.json')
    const then = JSON.parse(await readFile(join(JOURNALS, report), 'utf8')) as object
    expect(reportFromEvents(await events())).toEqual(then)
  })

  it('is gone on with where it was killed before its first change was sent', async () => {
    const lines = (await readFile(join(JOURNALS, name), 'utf8')).split('\n')
    const intent = lines.findIndex((line) => line.includes('"type":"intent"'))
    expect(intent).toBeGreaterThan(0)
    await writeFile(file(), lines.slice(0, intent + 1).join('\n') + '\n')
    const clock = virtualClock(START + 60_000)
    const fleet = simulatedFleet({ clock, scenario: { defaults: { run: 20 } } })
    const report = await resumeRun({
      ...{ run: RUN, store, clock, soft: signal, hard: signal },
      agent: createPuppetAgent(fleet.transport),
      onEvents: () => undefined,
    })
    expect(report).toMatchObject({ run: RUN, result: 'succeeded', exit: 0, left_disabled: {} })
    expect(reportFromEvents(await events())).toEqual(report)
  })
})

it('a journal of a version that is not known is refused by name', async () => {
  const [header = '', first = ''] = (await readFile(join(JOURNALS, names[0] ?? ''), 'utf8')).split(
    '\n',
  )
  const newer = header.replace('choirmaster.journal/1', 'choirmaster.journal/2')
  await writeFile(join(folder, 'runs', `${RUN}.ndjson`), `${newer}\n${first}\n`)
  await expect(store.open(RUN, call)).rejects.toMatchObject({ code: 'store-journal-version' })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Notice, RunHeader } from '@choirmaster/core/provide'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identityOf } from './holder.js'
import { lockNodes } from './locks.js'

const HOST = 'deploy1'
const header = (run: string): RunHeader => ({
  run,
  at: '2026-01-02T03:04:05Z',
  by: 'choria=rip.mcollective',
  environment: 'production',
  nodes: 2,
})

let folder: string
let notices: Notice[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locks-'))
  notices = []
})
afterEach(() => rm(folder, { recursive: true }))

const lock = (run: string, ...nodes: string[]) =>
  lockNodes(folder, nodes, header(run), HOST, (notice) => notices.push(notice))

/** The lock file that a process of ours left, changed. */
async function leave(change: object): Promise<void> {
  await lock('r1', 'dev1', 'dev2')
  const [name = ''] = await readdir(folder)
  const [first = ''] = (await readFile(join(folder, name), 'utf8')).split('\n')
  const left = { ...(JSON.parse(first) as object), ...change }
  await writeFile(join(folder, name), `${JSON.stringify(left)}\nheld\n`)
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '0'])
  await once(child, 'exit')
  return child.pid ?? 0
}

describe('the lock on nodes', () => {
  it('lets runs of other nodes side by side', async () => {
    const one = await lock('r1', 'dev1')
    const two = await lock('r2', 'dev2')
    await one.release()
    await two.release()
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses nodes that another run holds and says whose they are', async () => {
    await lock('r1', 'dev1', 'dev2', 'dev3', 'dev4', 'dev5')
    await expect(lock('r2', 'dev5', 'dev4', 'dev3', 'dev2', 'dev9')).rejects.toMatchObject({
      code: 'store-nodes-locked',
      exit: 3,
      message: `Run r1 of choria=rip.mcollective holds dev2, dev3, dev4 and 1 more on ${HOST} (process ${process.pid}) since 2026-01-02T03:04:05Z`,
    })
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('gives nodes again once they are released', async () => {
    const lease = await lock('r1', 'dev1')
    await lease.release()
    await lease.release()
    await lock('r2', 'dev1')
    expect(notices).toEqual([])
  })

  it('is given to at most one of many that ask at once', async () => {
    const runs = Array.from({ length: 12 }, (_, n) => `r${String(n).padStart(2, '0')}`)
    const results = await Promise.allSettled(runs.map((run) => lock(run, 'dev1', run)))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('is taken over from a process that is gone', async () => {
    const pid = await deadPid()
    await leave({ pid })
    await lock('r2', 'dev2')
    expect(notices).toMatchObject([{ level: 'warning', code: 'store-lock-taken-over' }])
    expect(notices[0]?.message).toContain(`its process ${pid} is gone`)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('is taken over when the number of the process was given to another', async () => {
    const { started } = identityOf(process.pid, HOST)
    expect(started === undefined).toBe(process.platform !== 'linux')
    if (started === undefined) return
    await leave({ started: `${started}0` })
    await lock('r2', 'dev1')
    expect(notices).toHaveLength(1)
  })

  it('of a process on another host counts, as it cannot be asked', async () => {
    await leave({ host: 'deploy2', pid: await deadPid() })
    const error = await lock('r2', 'dev1').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store-nodes-locked' })
    expect((error as { hint: string }).hint).toContain(`delete ${folder}`)
  })

  it.each(['{"run":', '{}', 'null', ''])('that reads %j refuses, naming the file', async (text) => {
    await writeFile(join(folder, 'r1.x.lock'), text)
    await expect(lock('r2', 'dev1')).rejects.toMatchObject({
      code: 'store-lock-unreadable',
      exit: 3,
      place: join(folder, 'r1.x.lock'),
    })
    expect(await readdir(folder)).toEqual(['r1.x.lock'])
  })
})

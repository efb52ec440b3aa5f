import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import {
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Clock, Lease, Notice, RunHeader } from '@choirmaster/core/provide'
import { systemClock } from '@choirmaster/core/system'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { identityOf } from './holder.js'
import { heldLocks, lockNodes, unlockRun, type LockHouse } from './locks.js'

const HOST = 'deploy1'
const ANOTHER_BOOT = '11111111-2222-3333-4444-555555555555'
const header = (run: string): RunHeader => ({
  run,
  at: '2026-01-02T03:04:05Z',
  by: 'choria=rip.mcollective',
  environment: 'production',
  nodes: 2,
})

let folder: string
let notices: Notice[]
/** Wakes what waits for a heartbeat; what waits for another process that decides sleeps for real. */
let beat: () => void
const clock: Clock = {
  ...systemClock(),
  sleepUntil: (moment, signal) =>
    moment - systemClock().now() < 1_000
      ? systemClock().sleepUntil(moment, signal)
      : new Promise((wake) => (beat = wake)),
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locks-'))
  notices = []
})
afterEach(async () => {
  for (const lease of leases.splice(0)) await lease.release()
  await rm(folder, { recursive: true })
})

const house = (): LockHouse => ({
  folder,
  journalOf: (run) => join(folder, `${run}.ndjson`),
  host: HOST,
  clock,
  notice: (notice) => notices.push(notice),
  told: new Set(),
})
const leases: Lease[] = []
async function lock(run: string, ...nodes: string[]): Promise<Lease> {
  const lease = await lockNodes(house(), nodes, header(run))
  leases.push(lease)
  return lease
}
const files = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.lock'))

/** The lock file that a process of ours left, changed. */
async function leave(change: object): Promise<string> {
  await lock('r1', 'dev1', 'dev2')
  const [name = ''] = await files()
  const [first = ''] = (await readFile(join(folder, name), 'utf8')).split('\n')
  const left = { ...(JSON.parse(first) as object), ...change }
  await writeFile(join(folder, name), `${JSON.stringify(left)}\nheld 1\n`)
  return join(folder, name)
}

/** As if its owner had written to it so long ago last. */
async function age(file: string, seconds: number): Promise<void> {
  const then = (await stat(file)).mtimeMs / 1000 - seconds
  await utimes(file, then, then)
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
    expect(await files()).toEqual([])
  })

  it('refuses nodes that another run holds and says whose they are', async () => {
    await lock('r1', 'dev1', 'dev2', 'dev3', 'dev4', 'dev5')
    await expect(lock('r2', 'dev5', 'dev4', 'dev3', 'dev2', 'dev9')).rejects.toMatchObject({
      code: 'store-nodes-locked',
      exit: 3,
      message: expect.stringMatching(
        `^Run r1 of choria=rip.mcollective holds dev2, dev3, dev4 and 1 more on ${HOST} \\(process ${process.pid}\\) since 2026-01-02T03:04:05Z, last sign of life `,
      ) as string,
    })
    expect(await files()).toHaveLength(1)
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
    expect(await files()).toHaveLength(1)
  })

  it('is taken over from a process that is gone', async () => {
    const pid = await deadPid()
    await leave({ pid })
    await lock('r2', 'dev2')
    expect(notices).toMatchObject([{ level: 'warning', code: 'store-lock-taken-over' }])
    expect(notices[0]?.message).toContain(`its process ${pid} is gone`)
    expect(await files()).toHaveLength(1)
  })

  it('is taken over from one that is over and whose end nobody asked for, as in a container', async () => {
    if (process.platform !== 'linux') return
    // Its parent becomes a program that never asks, and only then is it let go.
    const parent = spawn('sh', ['-c', 'cat <&3 >/dev/null & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    })
    const until = async (file: string, text: RegExp): Promise<void> => {
      while (!text.test(readFileSync(file, 'utf8'))) await new Promise((turn) => setImmediate(turn))
    }
    try {
      const [line] = (await once(parent.stdio[1] as Readable, 'data')) as [Buffer]
      const pid = Number(String(line))
      await until(`/proc/${parent.pid}/comm`, /^sleep$/m)
      ;(parent.stdio[3] as Writable).end()
      await until(`/proc/${pid}/stat`, / Z /)
      await leave({ ...identityOf(pid, HOST) })
      await lock('r2', 'dev2')
      expect(notices).toMatchObject([{ code: 'store-lock-taken-over' }])
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('is taken over when the number of the process was given to another', async () => {
    const { started } = identityOf(process.pid, HOST)
    expect(started === undefined).toBe(process.platform !== 'linux')
    if (started === undefined) return
    await leave({ started: `${started}0` })
    await lock('r2', 'dev1')
    expect(notices).toHaveLength(1)
  })

  it('of another machine of the same name counts, whatever its process number is here', async () => {
    const { started } = identityOf(process.pid, HOST)
    if (started === undefined) return
    const file = await leave({ pid: await deadPid(), started: `${ANOTHER_BOOT}/77` })
    await expect(lock('r2', 'dev1')).rejects.toMatchObject({ code: 'store-nodes-locked' })
    await expect(lock('r1', 'dev1')).rejects.toMatchObject({ code: 'store-nodes-locked' })
    await expect(unlockRun(house(), 'r1')).rejects.toMatchObject({ code: 'store-lock-alive' })
    await age(file, 31)
    expect(await unlockRun(house(), 'r1')).toMatchObject({ run: 'r1', gone: true })
    await lock('r2', 'dev1')
    expect(notices).toEqual([])
  })

  it('of a process on another host counts until it gave no sign of life for a lease', async () => {
    const file = await leave({ host: 'deploy2', pid: await deadPid() })
    await age(file, 29)
    await expect(lock('r2', 'dev1')).rejects.toMatchObject({ code: 'store-nodes-locked' })
    await expect(unlockRun(house(), 'r1')).rejects.toMatchObject({ code: 'store-lock-alive' })
    await age(file, 31)
    const error = await lock('r2', 'dev1').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'store-nodes-locked' })
    expect((error as { hint: string }).hint).toContain('`choirmaster unlock r1`')
    expect(await unlockRun(house(), 'r1')).toMatchObject({ run: 'r1', host: 'deploy2', gone: true })
    await lock('r2', 'dev1')
    expect(notices).toEqual([])
    await expect(unlockRun(house(), 'r1')).rejects.toMatchObject({ code: 'store-not-locked' })
  })

  it('is taken away with all that its run left, unless one of them is alive', async () => {
    const file = await leave({ host: 'deploy2' })
    const other = join(folder, 'r1.another.lock')
    await writeFile(other, await readFile(file))
    await age(file, 31)
    await expect(unlockRun(house(), 'r1')).rejects.toMatchObject({ code: 'store-lock-alive' })
    expect(await files()).toHaveLength(2)
    await age(other, 31)
    expect(await unlockRun(house(), 'r1')).toMatchObject({ run: 'r1', gone: true })
    expect(await files()).toEqual([])
    await lock('r2', 'dev1')
  })

  it('is taken over by the same run once its holder sleeps, who then can do nothing more', async () => {
    const sleeper = await lock('r1', 'dev1')
    await expect(lock('r1', 'dev1')).rejects.toMatchObject({ code: 'store-nodes-locked' })
    const [name = ''] = await files()
    await age(join(folder, name), 31)
    const next = await lock('r1', 'dev1')
    expect([sleeper.epoch, next.epoch]).toEqual([1, 2])
    await expect(sleeper.check()).rejects.toMatchObject({
      code: 'store-lease-lost',
      message: expect.stringContaining(`${HOST} (process ${process.pid})`) as string,
    })
    expect(sleeper.lost.aborted).toBe(true)
    await sleeper.release()
    await next.check()
    expect(await files()).toHaveLength(1)
  })

  it('is kept alive, and its holder hears of a take-over by itself', async () => {
    const lease = await lock('r1', 'dev1')
    const [name = ''] = await files()
    await age(join(folder, name), 31)
    beat()
    await vi.waitFor(async () => {
      const [held] = await all(heldLocks(house()))
      expect(held).toMatchObject({ run: 'r1', epoch: 1, nodes: ['dev1'], gone: false })
    })
    await age(join(folder, name), 31)
    await unlockRun(house(), 'r1')
    beat()
    await vi.waitFor(() => expect(lease.lost.aborted).toBe(true))
  })
})

describe('a lock file that cannot be read', () => {
  const TORN = ['{"run":', '', '\0\0\0\0']
  const WHOLE = ['{}', 'null', '{"run":"r1"}']
  let file: string
  async function put(text: string, seconds: number, name = 'r1.x.lock'): Promise<void> {
    file = join(folder, name)
    await writeFile(file, text)
    await age(file, seconds)
  }
  const refused = (): object => ({ code: 'store-lock-unreadable', exit: 3, place: file })

  it.each([...TORN, ...WHOLE])(
    'and reads %j refuses while its lease lasts, naming the file',
    async (text) => {
      await put(text, 0)
      await expect(lock('r2', 'dev1')).rejects.toMatchObject(refused())
      await expect(lock('r1', 'dev1')).rejects.toMatchObject(refused())
      await expect(unlockRun(house(), 'r1')).rejects.toMatchObject({ code: 'store-lock-alive' })
      expect(await files()).toEqual(['r1.x.lock'])
    },
  )

  it.each(TORN)(
    'as it breaks off (%j) is of a process that died with its machine',
    async (text) => {
      await put(text, 31)
      await lock('r2', 'dev1')
      expect(notices).toMatchObject([{ level: 'warning', code: 'store-lock-taken-over' }])
      expect(notices[0]?.message).toContain(`The lock ${file} of run r1 cannot be read`)
      expect(await files()).toHaveLength(1)
    },
  )

  it.each(WHOLE)('and is of another version (%j) refuses until it is unlocked', async (text) => {
    await put(text, 31)
    const error = await lock('r2', 'dev1').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject(refused())
    expect((error as { hint: string }).hint).toContain('`choirmaster unlock r1`')
    expect(await unlockRun(house(), 'r1')).toMatchObject({ run: 'r1', gone: true, nodes: [] })
    await lock('r2', 'dev1')
  })

  it('refuses where no name tells whose it is', async () => {
    await put('', 31, 'else.lock')
    await expect(lock('r2', 'dev1')).rejects.toMatchObject(refused())
  })

  it.each([...TORN, ...WHOLE])('and reads %j is taken over by its own run', async (text) => {
    await put(text, 31)
    expect((await lock('r1', 'dev1')).epoch).toBe(2)
    expect(await files()).toHaveLength(1)
  })

  it('keeps nobody from looking at other locks and taking them away, and is told once', async () => {
    await age(await leave({ host: 'deploy2' }), 31)
    await put('', 0, 'r0.x.lock')
    const same = house()
    expect(await all(heldLocks(same))).toMatchObject([{ run: 'r0' }, { run: 'r1' }])
    expect(await unlockRun(same, 'r1')).toMatchObject({ run: 'r1' })
    expect(notices).toMatchObject([{ level: 'warning', code: 'store-lock-unreadable' }])
    expect(notices[0]?.message).toContain(file)
    expect(await files()).toEqual(['r0.x.lock'])
  })

  it('is not what a power failure leaves: its bytes are durable before its name', async () => {
    const handle = await open(folder, 'r')
    const prototype = Object.getPrototypeOf(handle) as FileHandle
    await handle.close()
    const before: string[][] = []
    const sync = vi.spyOn(prototype, 'sync').mockImplementation(async () => {
      before.push(await readdir(folder))
    })
    await lock('r1', 'dev1')
    sync.mockRestore()
    expect(before[0]).toEqual([expect.stringMatching(/\.lock\.new$/)])
  })
})

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

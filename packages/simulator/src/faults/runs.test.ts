import { describe, expect, it } from 'vitest'
import { lab, START, type Lab } from '../../test/harness.js'
import type { FaultEntry } from '../scenario/scenario.js'

interface Seen {
  readonly failed: number
  readonly total: number
  readonly version: unknown
  /** time.catalog_application is there. */
  readonly applied: boolean
  readonly logs: readonly string[]
}

async function seen({ ask }: Lab): Promise<Seen> {
  const { data } = await ask('last_run_summary', { logs: true })
  const summary = data['summary'] as { readonly time: Readonly<Record<string, number>> }
  const logs = data['logs'] as readonly { level: string; source: string; msg: string }[]
  return {
    failed: data['failed_resources'] as number,
    total: data['total_resources'] as number,
    version: data['config_version'],
    applied: summary.time['catalog_application'] !== undefined,
    logs: logs.filter(({ level }) => level !== 'info').map(({ level, msg }) => `${level} ${msg}`),
  }
}

async function run(faults: readonly FaultEntry[], seconds = 60): Promise<Lab> {
  const simulated = lab(faults)
  expect(await simulated.ask('runonce', { force: true })).toMatchObject({ code: 0 })
  await simulated.wait(seconds)
  return simulated
}

const APPLIED = /^notice Applied catalog in/
const COMPILE = /^err Could not retrieve catalog from remote server: Error 500/
const SKIPPING = /^err Could not retrieve catalog; skipping run/

interface Row {
  readonly fault: FaultEntry
  readonly failed?: number
  readonly total?: number
  readonly version?: 'fresh' | 'old' | 'null'
  readonly applied?: boolean
  readonly logs: readonly RegExp[]
}

/** Agent notes, 2.6: what each ending looks like. */
const ENDINGS: readonly Row[] = [
  { fault: { fault: 'changed' }, logs: [/executed successfully/, APPLIED] },
  { fault: { fault: 'unchanged' }, logs: [APPLIED] },
  {
    fault: { fault: 'failed-resources', count: 2 },
    failed: 2,
    total: 11,
    logs: [
      /executed/,
      /returned 3/,
      /failed/,
      /returned 3/,
      /failed/,
      /has failures/,
      /^warning Skipping/,
      APPLIED,
    ],
  },
  {
    fault: { fault: 'failed-refresh' },
    failed: 1,
    total: 10,
    logs: [/executed/, /^err Failed to call refresh/, APPLIED],
  },
  {
    fault: { fault: 'dependency-cycle' },
    failed: 2,
    total: 2,
    applied: false,
    logs: [/^err Found 1 dependency cycle/, /^err Failed to apply catalog/],
  },
  { fault: { fault: 'compile-failure' }, version: 'old', logs: [COMPILE, /executed/, APPLIED] },
  {
    fault: { fault: 'compile-failure', cached: false },
    total: 0,
    version: 'null',
    applied: false,
    logs: [COMPILE, SKIPPING],
  },
  {
    fault: { fault: 'server-down' },
    version: 'old',
    logs: [
      /^err Connection to/,
      /No more routes to fileserver/,
      /^err Connection to/,
      /No more routes to puppet/,
      /executed/,
      APPLIED,
    ],
  },
  {
    fault: { fault: 'server-down', cached: false },
    total: 0,
    version: 'null',
    applied: false,
    logs: [
      /^err Connection to/,
      /No more routes to fileserver/,
      /^err Connection to/,
      /No more routes to puppet/,
      SKIPPING,
    ],
  },
  {
    fault: { fault: 'pluginsync-failure-cached' },
    version: 'old',
    logs: [/^err Failed to generate/, /^err Could not evaluate/, /executed/, APPLIED],
  },
  {
    fault: { fault: 'prerun-failure' },
    total: 0,
    version: 'null',
    applied: false,
    logs: [/^err Could not run command from prerun_command/],
  },
  {
    fault: { fault: 'postrun-failure' },
    logs: [/executed/, APPLIED, /^err Could not run command from postrun_command/],
  },
  { fault: { fault: 'all-skipped' }, logs: [APPLIED] },
  {
    fault: { fault: 'interrupted' },
    total: 1,
    applied: false,
    logs: [/^notice Caught TERM; exiting/],
  },
  { fault: { fault: 'timed-out' }, total: 1, applied: false, logs: [/execution expired/] },
]

describe('how runs end', () => {
  it.each(ENDINGS)('$fault.fault $fault.cached', async (row) => {
    const simulated = await run([row.fault])
    const { version = 'fresh' } = row
    const result = await seen(simulated)
    expect(result).toMatchObject({
      failed: row.failed ?? 0,
      total: row.total ?? 9,
      applied: row.applied ?? true,
    })
    expect(result.logs).toHaveLength(row.logs.length)
    for (const [index, line] of row.logs.entries()) expect(result.logs[index]).toMatch(line)
    if (version === 'null') expect(result.version).toBeNull()
    else if (version === 'old') expect(result.version).toBeLessThan(START / 1000)
    else expect(result.version).toBeGreaterThanOrEqual(START / 1000)
    const { data } = await simulated.ask('status')
    expect(data['lastrun']).toBeGreaterThan(START / 1000)
  })

  it('skips all resources with all-skipped', async () => {
    const { ask } = await run([{ fault: 'all-skipped' }])
    const { data } = await ask('last_run_summary')
    expect(data['summary']).toMatchObject({ resources: { skipped: 9, total: 9 } })
  })

  it('names a pluginsync failure by a source that is no resource of the catalog', async () => {
    const { ask } = await run([{ fault: 'pluginsync-failure-cached' }])
    const { data } = await ask('last_run_summary', { logs: true })
    const logs = data['logs'] as readonly { level: string; source: string }[]
    const sources = logs.filter(({ level }) => level === 'err').map(({ source }) => source)
    expect(new Set(sources)).toEqual(new Set(['/File[/opt/puppetlabs/puppet/cache/facts.d]']))
  })

  it('has nothing to fall back to where no catalog was ever cached', async () => {
    const { story } = await run([{ fault: 'no-cached-catalog' }, { fault: 'compile-failure' }])
    expect(story()).toContain('ended by us: compile-failure, bad')
  })

  it('says in its own log which runs were good', async () => {
    const good = []
    for (const fault of ['changed', 'unchanged', 'facter-errors', 'compile-failure', 'noop']) {
      const { story } = await run([{ fault }])
      good.push(story().at(-1))
    }
    expect(good).toEqual([
      'ended by us: changed, good',
      'ended by us: unchanged, good',
      'ended by us: changed, good',
      'ended by us: compile-failure-cached, bad',
      'ended by us: noop, bad',
    ])
  })

  it('a noop run is good where it was asked for, and counts what is pending', async () => {
    const { ask, wait, story } = lab()
    await ask('runonce', { force: true, noop: true })
    await wait(60)
    const { data } = await ask('last_run_summary')
    expect(data['summary']).toMatchObject({ events: { noop: 1, success: 0, total: 1 } })
    expect(story().at(-1)).toBe('ended by us: noop, good')
  })
})

describe('how runs go', () => {
  it('never-starts: code 0, and no trace', async () => {
    const { ask, story } = await run([{ fault: 'never-starts' }])
    const { data } = await ask('status')
    expect(data['applying']).toBe(false)
    expect(data['lastrun']).toBeLessThan(START / 1000)
    expect(story()).toEqual(['spawned by us', 'vanished by us: broken'])
  })

  it('only the attempt that is named', async () => {
    const simulated = await run([{ fault: 'never-starts', attempt: 1 }])
    await simulated.ask('runonce', { force: true })
    await simulated.wait(60)
    expect(simulated.story().at(-1)).toBe('ended by us: changed, good')
  })

  it('run-time 0.2: over between two polls, known by lastrun', async () => {
    const { ask, story } = await run([{ fault: 'run-time', seconds: 0.2 }], 6)
    const { data } = await ask('status')
    expect(data).toMatchObject({ applying: false })
    expect(data['lastrun']).toBeGreaterThan(START / 1000)
    expect(story().at(-1)).toBe('ended by us: changed, good')
  })

  it('run-time 1200: applying all the while', async () => {
    const { ask, wait } = await run([{ fault: 'run-time', seconds: 1200 }], 1190)
    expect((await ask('status')).data['applying']).toBe(true)
    await wait(30)
    expect((await ask('status')).data['applying']).toBe(false)
  })

  it('killed: applying ends, lastrun stays, no summary', async () => {
    const { ask, wait, story } = await run([{ fault: 'killed', seconds: 6 }], 4)
    expect((await ask('status')).data['applying']).toBe(true)
    await wait(10)
    const { data } = await ask('status')
    expect(data['applying']).toBe(false)
    expect(data['lastrun']).toBeLessThan(START / 1000)
    expect(story().at(-1)).toBe('ended by us: killed, bad')
  })

  it('hangs: applying for ever, and disable does not end it', async () => {
    const { ask, wait } = await run([{ fault: 'hangs' }], 86_400)
    await ask('disable', { message: 'x' })
    await wait(86_400)
    expect((await ask('status')).data).toMatchObject({ applying: true, enabled: false })
    expect(await ask('runonce')).toMatchObject({ code: 1 })
  })

  it('slow-report: the new counts stand beside the old logs while it applies', async () => {
    const { ask, wait } = await run([{ fault: 'slow-report', seconds: 30 }], 20)
    const status = await ask('status')
    expect(status.data['applying']).toBe(true)
    expect(status.data['lastrun']).toBeGreaterThan(START / 1000)
    const newest = async (): Promise<number> => {
      const { data } = await ask('last_run_summary', { logs: true })
      const logs = data['logs'] as readonly { readonly time: number }[]
      return Math.max(...logs.map(({ time }) => time))
    }
    expect(await newest()).toBeLessThan(START / 1000)
    await wait(60)
    expect(await newest()).toBeGreaterThan(START / 1000)
  })

  it('slow-start: disabled before it takes the run lock, it never runs', async () => {
    const { ask, wait, story } = await run([{ fault: 'slow-start', seconds: 12 }], 5)
    expect((await ask('status')).data['applying']).toBe(false)
    await ask('disable', { message: 'x' })
    await wait(20)
    expect(story()).toEqual(['spawned by us', 'disabled by us', 'vanished by us: disabled'])
  })

  it('facter-errors: 18 err lines of a source that is not Puppet', async () => {
    const { ask } = await run([{ fault: 'facter-errors' }])
    const { data } = await ask('last_run_summary', { logs: true })
    const logs = data['logs'] as readonly { readonly source: string }[]
    expect(logs.filter(({ source }) => source === 'Facter')).toHaveLength(18)
  })

  it('bad-summary: nothing can be read after the run, until another has written it anew', async () => {
    const { ask, wait } = await run([
      { fault: 'bad-summary' },
      { fault: 'foreign-run', at: 300, seconds: 5 },
    ])
    expect(await ask('status')).toMatchObject({ code: 5 })
    await wait(300)
    expect(await ask('status')).toMatchObject({ code: 0 })
    const nan = await run([{ fault: 'bad-summary', nan: true }])
    expect(await nan.ask('last_run_summary')).toMatchObject({ code: 1, data: {} })
    expect(await nan.ask('status')).toMatchObject({ code: 0 })
  })

  it('a second process that finds the lock taken vanishes', async () => {
    const { ask, wait, story } = lab([{ fault: 'slow-start', seconds: 5 }])
    await ask('runonce', { force: true })
    await ask('runonce', { force: true })
    await wait(60)
    expect(story()).toContain('vanished by us: busy')
    expect(story().filter((line) => line.startsWith('ended'))).toHaveLength(1)
  })

  it('says initiated_at by the clock of the node, and starts no earlier', async () => {
    const { ask } = lab([{ fault: 'clock-offset', seconds: -3600 }])
    const { data } = await ask('runonce', { force: true })
    expect(data['initiated_at']).toBe(Math.floor(START / 1000) - 3600 + 1)
  })
})

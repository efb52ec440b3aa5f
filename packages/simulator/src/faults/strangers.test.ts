import { describe, expect, it } from 'vitest'
import { lab, START } from '../../test/harness.js'

describe('operators', () => {
  it('disabled: from the start, with a text that the plugin itself would refuse', async () => {
    const { ask, story } = lab([{ fault: 'disabled', message: 'kernel upgrade; ask Ada > 17:00' }])
    const { data } = await ask('status')
    expect(data['disable_message']).toBe('kernel upgrade; ask Ada > 17:00')
    expect(await ask('disable', { message: 'ours' })).toMatchObject({ code: 1 })
    expect(story()).toEqual(['disabled by operator', 'already-disabled by us'])
  })

  it('disabled: over our lock it is invisible', async () => {
    const { ask, wait, story } = lab([{ fault: 'disabled', message: 'theirs', at: 10 }])
    await ask('disable', { message: 'ours' })
    await wait(20)
    expect((await ask('status')).data['disable_message']).toBe('ours')
    expect(story()).toEqual(['disabled by us', 'already-disabled by operator'])
  })

  it('disabled: during our run, which goes on', async () => {
    const { ask, wait, story } = lab([{ fault: 'disabled', on: 'started', delay: 2 }])
    await ask('runonce', { force: true })
    await wait(60)
    expect(story()).toEqual([
      'spawned by us',
      'started by us',
      'disabled by operator',
      'summary by us',
      'ended by us: changed, good',
    ])
    expect((await ask('status')).data['disable_message']).toBe('reason not specified')
  })

  it('disabled: after our run, and only once', async () => {
    const { ask, wait, story } = lab([{ fault: 'disabled', on: 'ended', delay: 1 }])
    await ask('runonce', { force: true })
    await wait(60)
    await ask('enable')
    await ask('runonce', { force: true })
    await wait(60)
    expect(story().filter((line) => line.includes('operator'))).toEqual(['disabled by operator'])
  })

  it('enabled: while we hold the node', async () => {
    const { ask, wait } = lab([{ fault: 'enabled', on: 'disabled', delay: 5 }])
    await ask('disable', { message: 'ours' })
    expect((await ask('status')).data['enabled']).toBe(false)
    await wait(5)
    expect((await ask('status')).data['enabled']).toBe(true)
  })

  it('a broken lock can be removed, though not read', async () => {
    const { ask } = lab([{ fault: 'broken-lock' }])
    expect(await ask('status')).toMatchObject({ code: 5 })
    expect(await ask('runonce')).toMatchObject({ code: 5 })
    expect(await ask('disable')).toMatchObject({
      code: 5,
      data: { status: 'Could not disable Puppet: Already disabled' },
    })
    expect(await ask('enable')).toMatchObject({ code: 0, data: { enabled: true } })
  })
})

describe('foreign runs', () => {
  it('busy at the start for so long', async () => {
    const { ask, wait } = lab([{ fault: 'foreign-run', seconds: 100 }])
    expect((await ask('status')).data['applying']).toBe(true)
    expect(await ask('runonce')).toMatchObject({
      text: 'Puppet is currently applying a catalog, cannot run now',
    })
    await wait(100)
    expect((await ask('status')).data['applying']).toBe(false)
  })

  it('window A: after the node is enabled, before our request', async () => {
    const { ask, story } = lab([{ fault: 'foreign-run', on: 'enabled', seconds: 30 }])
    await ask('disable', { message: 'ours' })
    await ask('enable')
    expect(await ask('runonce', { force: true })).toMatchObject({ code: 1 })
    expect(story()).toEqual([
      'disabled by us',
      'enabled by us',
      'spawned by cron',
      'started by cron',
    ])
  })

  it('window B: after our request was acknowledged it takes the lock first', async () => {
    const { ask, wait, story } = lab([{ fault: 'foreign-run', on: 'requested', seconds: 30 }])
    const { code, data } = await ask('runonce', { force: true })
    expect(code).toBe(0)
    await wait(60)
    expect(story()).toEqual([
      'spawned by us',
      'spawned by cron',
      'started by cron',
      'vanished by us: busy',
      'summary by cron',
      'ended by cron: changed, good',
    ])
    const status = await ask('status')
    expect(status.data['lastrun']).toBeGreaterThan(data['initiated_at'] as number)
  })

  it('window B: it was loading when ours was requested, and its log is not that of ours', async () => {
    const { ask, wait, story } = lab([
      { fault: 'foreign-run', on: 'asked', loads: 1.5, seconds: 30 },
    ])
    await ask('status')
    await ask('runonce', { force: true })
    await wait(60)
    expect(story()).toEqual([
      'spawned by cron',
      'spawned by us',
      'started by cron',
      'vanished by us: busy',
      'summary by cron',
      'ended by cron: changed, good',
    ])
    const levels = async (): Promise<unknown> => {
      const { data } = await ask('last_run_summary', { logs: true })
      return new Set((data['logs'] as { level: string }[]).map(({ level }) => level))
    }
    expect(await levels()).toEqual(new Set(['notice']))
    await ask('runonce', { force: true })
    await wait(200)
    expect(await levels()).toEqual(new Set(['info', 'notice']))
  })

  it('one by hand logs as ours does', async () => {
    const { ask, wait } = lab([{ fault: 'foreign-run', seconds: 30, verbose: true }])
    await ask('status')
    await wait(60)
    const { data } = await ask('last_run_summary', { logs: true })
    expect(JSON.stringify(data['logs'])).toContain('"info"')
  })

  it('window C: after our run ended, before it is disabled again', async () => {
    const { ask, wait, story } = lab([
      { fault: 'foreign-run', on: 'ended', seconds: 5, ending: 'failed-resources' },
    ])
    await ask('runonce', { force: true })
    await wait(60)
    expect(story().slice(-4)).toEqual([
      'spawned by cron',
      'started by cron',
      'summary by cron',
      'ended by cron: failed-resources, bad',
    ])
    expect((await ask('last_run_summary')).data['failed_resources']).toBe(1)
  })

  it('cron each half hour, but not while the node is disabled', async () => {
    const { ask, wait, story } = lab([{ fault: 'foreign-run', at: 60, every: 1800, seconds: 10 }])
    await ask('status')
    await wait(3600)
    await ask('disable', { message: 'ours' })
    await wait(3600)
    expect(story().filter((line) => line.includes('by cron'))).toEqual(
      [
        ...Array.from({ length: 2 }, () => [
          'spawned by cron',
          'started by cron',
          'summary by cron',
          'ended by cron: changed, good',
        ]).flat(),
        'disabled by us',
        'spawned by cron',
        'vanished by cron: disabled',
        'spawned by cron',
        'vanished by cron: disabled',
      ].filter((line) => line.includes('cron')),
    )
  })

  it('logs no info lines, as no daemon or cron run does', async () => {
    const { ask, wait } = lab([
      { fault: 'foreign-run', seconds: 5, ending: 'compile-failure-cached' },
    ])
    await ask('status')
    await wait(10)
    const { data } = await ask('last_run_summary', { logs: true })
    const logs = data['logs'] as readonly { readonly level: string; readonly time: number }[]
    expect(logs.map(({ level }) => level)).not.toContain('info')
    expect(logs.every(({ time }) => time >= START / 1000)).toBe(true)
  })
})

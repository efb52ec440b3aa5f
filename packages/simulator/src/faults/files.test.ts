import { describe, expect, it } from 'vitest'
import { lab, START } from '../../test/harness.js'

describe('files on the node', () => {
  it('stale-lock: applying for ever and runonce refused, though a cron run would clear it', async () => {
    const { ask, wait } = lab([
      { fault: 'stale-lock' },
      { fault: 'foreign-run', at: 8000, seconds: 5 },
    ])
    await wait(7200)
    expect((await ask('status')).data['applying']).toBe(true)
    expect(await ask('runonce')).toMatchObject({ code: 1 })
    await wait(1000)
    expect((await ask('status')).data['applying']).toBe(false)
  })

  it('stale-lock: for so long as the other process lives', async () => {
    const { ask, wait } = lab([{ fault: 'stale-lock', seconds: 60 }])
    expect((await ask('status')).data['applying']).toBe(true)
    await wait(60)
    expect((await ask('status')).data['applying']).toBe(false)
  })

  it('corrupt-summary: at a time, and done although code 5', async () => {
    const { ask, wait, story } = lab([{ fault: 'corrupt-summary', at: 10 }])
    expect(await ask('status')).toMatchObject({ code: 0 })
    await wait(10)
    expect(await ask('disable', { message: 'ours' })).toMatchObject({ code: 5 })
    expect(story()).toEqual(['disabled by us'])
  })

  it('missing-summary: lastrun 0 and zeroes until the first run', async () => {
    const { ask, wait } = lab([{ fault: 'missing-summary' }])
    expect(await ask('status')).toMatchObject({ data: { lastrun: 0 } })
    const { data } = await ask('last_run_summary', { logs: true })
    expect(data).toMatchObject({
      config_version: 'unknown',
      failed_resources: 0,
      lastrun: 0,
      logs: [],
      total_resources: 0,
    })
    await ask('runonce', { force: true })
    await wait(30)
    const { data: after } = await ask('status')
    expect(after['lastrun']).toBeGreaterThan(START / 1000)
  })

  it('never-ran: cannot be disabled before a run has made the state folder', async () => {
    const { ask, wait } = lab([{ fault: 'never-ran' }])
    const refused = await ask('disable', { message: 'ours' })
    expect(refused.code).toBe(1)
    expect(refused.text).toMatch(
      /^Could not disable Puppet: No such file or directory @ rb_sysopen/,
    )
    expect(refused.data['enabled']).toBe(true)
    await ask('runonce', { force: true })
    await wait(30)
    expect(await ask('disable', { message: 'ours' })).toMatchObject({ code: 0 })
  })

  it('unreadable-logs: code 5 with logs, the counts without', async () => {
    const { ask } = lab([{ fault: 'unreadable-logs' }])
    expect(await ask('last_run_summary', { logs: true })).toMatchObject({
      code: 5,
      text: 'Tried to load unspecified class: Puppet::Transaction::Report',
      data: { failed_resources: -1 },
    })
    expect(await ask('last_run_summary')).toMatchObject({ code: 0, data: { failed_resources: 0 } })
  })

  it('no-reports: the logs stay those of an old run', async () => {
    const { ask, wait } = lab([{ fault: 'no-reports' }])
    await ask('runonce', { force: true })
    await wait(30)
    const { data } = await ask('last_run_summary', { logs: true })
    expect(data['lastrun']).toBeGreaterThan(START / 1000)
    const logs = data['logs'] as readonly { readonly time: number }[]
    expect(logs.every(({ time }) => time < START / 1000)).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { lab, START } from '../../test/harness.js'

describe('requests and replies', () => {
  it('silent: nothing is heard, and silence is told when the time is up', async () => {
    const { ask, clock, story } = lab([{ fault: 'silent' }])
    expect(await ask('disable', { message: 'x' })).toMatchObject({ code: -1, text: 'no-reply' })
    expect(clock.now()).toBe(START + 30_000)
    expect(story()).toEqual([])
  })

  it('silent for some actions, after some calls, so many times, from a time on', async () => {
    const { ask, wait } = lab([
      { fault: 'silent', actions: ['status'], after_calls: 1, times: 1, after: 10 },
    ])
    const codes = []
    await ask('status')
    await wait(10)
    codes.push((await ask('status')).code, (await ask('disable')).code)
    codes.push((await ask('status')).code, (await ask('status')).code)
    expect(codes).toEqual([0, 0, -1, 0])
  })

  it('slow: 19 s is an answer, at 20 s the server kills the action before it acts', async () => {
    const quick = lab([{ fault: 'slow', seconds: 19 }])
    expect(await quick.ask('disable', { message: 'x' })).toMatchObject({ code: 0 })
    expect(quick.clock.now()).toBe(START + 19_000)
    const dead = lab([{ fault: 'slow', seconds: 21 }])
    expect(await dead.ask('disable', { message: 'x' })).toMatchObject({ text: 'no-reply' })
    expect(dead.story()).toEqual([])
    expect(dead.fleet.log).toContainEqual(
      expect.objectContaining({ what: 'unheard', why: 'killed', at: START + 20_000 }),
    )
  })

  it('late-reply: done at once, told to nobody but as a notice', async () => {
    const { ask, wait, fleet, notices } = lab([{ fault: 'late-reply', times: 1 }])
    expect(await ask('disable', { message: 'x' })).toMatchObject({ text: 'no-reply' })
    const done = fleet.log.find(({ what }) => what === 'disabled')
    expect(done?.at).toBeLessThan(START + 2000)
    expect(notices).toEqual([])
    await wait(10)
    await ask('status')
    expect(notices.map(({ code }) => code)).toEqual(['transport-late-reply'])
  })

  it('duplicate-reply: one answer and a notice', async () => {
    const { all, wait, ask, notices } = lab([{ fault: 'duplicate-reply', times: 1 }])
    expect(await all('status')).toHaveLength(1)
    await wait(2)
    await ask('status')
    expect(notices.map(({ code }) => code)).toEqual(['transport-duplicate-reply'])
  })

  it('lost-reply: done, and silence', async () => {
    const { ask } = lab([{ fault: 'lost-reply', times: 1 }])
    expect(await ask('disable', { message: 'x' })).toMatchObject({ text: 'no-reply' })
    expect(await ask('status')).toMatchObject({ data: { disable_message: 'x' } })
  })

  it('damaged-reply: done, and what comes back is a notice', async () => {
    const { ask, fleet, notices, clock, wait } = lab([
      { fault: 'damaged-reply', how: 'wrong-sender', times: 1 },
    ])
    expect(await ask('disable', { message: 'x' })).toMatchObject({ text: 'no-reply' })
    expect(clock.now()).toBe(START + 30_000)
    expect(fleet.log.map(({ what }) => what)).toContain('disabled')
    expect(fleet.log).toContainEqual(expect.objectContaining({ what: 'answer', fate: 'damaged' }))
    await wait(1)
    expect((await ask('status')).data).toMatchObject({ enabled: false })
    expect(notices.map(({ code }) => code)).toEqual(['transport-damaged-reply'])
  })

  it('late-effect: not done when a status says so, done later', async () => {
    const { ask, wait, fleet } = lab([{ fault: 'late-effect', seconds: 75, actions: ['disable'] }])
    await ask('disable', { message: 'x' })
    expect(await ask('status')).toMatchObject({ data: { enabled: true } })
    await wait(50)
    expect(await ask('status')).toMatchObject({ data: { enabled: false } })
    expect(fleet.log.find(({ what }) => what === 'disabled')?.at).toBe(START + 75_000)
  })

  it('denied: for some actions only, without effect', async () => {
    const { ask, story } = lab([{ fault: 'denied', actions: ['disable', 'runonce'] }])
    const text = 'You are not authorized to call this agent or action'
    expect(await ask('status')).toMatchObject({ code: 0 })
    expect(await ask('disable')).toEqual({ code: 1, text, data: {} })
    expect(await ask('runonce')).toEqual({ code: 1, text, data: {} })
    expect(story()).toEqual([])
  })

  it('error-reply: done and code 5, or not done and code 1', async () => {
    const after = lab([{ fault: 'error-reply', actions: ['disable'] }])
    expect(await after.ask('disable', { message: 'x' })).toMatchObject({
      code: 5,
      data: { enabled: null, status: 'Succesfully locked the Puppet agent: x' },
    })
    expect(after.story()).toEqual(['disabled by us'])
    const instead = lab([{ fault: 'error-reply', done: false }])
    expect(await instead.ask('disable', { message: 'x' })).toEqual({
      code: 1,
      text: 'Cannot decode output from Shim for Ruby action puppet#disable: EOF',
      data: {},
    })
    expect(instead.story()).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { lab, NODE, START } from '../../test/harness.js'

const discover = async ({ fleet }: ReturnType<typeof lab>): Promise<string[]> => {
  const names: string[] = []
  const { signal } = new AbortController()
  for await (const name of fleet.transport.discover?.('puppet', { signal }) ?? []) names.push(name)
  return names
}

describe('the machine', () => {
  it('windows: applying is hidden by the disable lock', async () => {
    const { ask } = lab([{ fault: 'windows' }, { fault: 'foreign-run', seconds: 600 }])
    expect((await ask('status')).data['applying']).toBe(true)
    await ask('disable', { message: 'ours' })
    expect((await ask('status')).data['applying']).toBe(false)
  })

  it('clock-offset: all node times are shifted alike', async () => {
    const { ask } = lab([{ fault: 'clock-offset', seconds: 3600 }])
    const { data } = await ask('status')
    const now = (data['lastrun'] as number) + (data['since_lastrun'] as number)
    expect(now).toBe(Math.floor(START / 1000) + 3600 + 1)
  })

  it.each([
    [3600, false, false],
    [-3600, false, false],
    [59, false, true],
    [29, true, true],
    [-30, false, true],
  ])(
    'clock-offset of %d s that its server has too: hears changes %s, questions %s',
    async (seconds, changes, questions) => {
      const { all, fleet } = lab([{ fault: 'clock-offset', seconds, ttl: true }])
      const hears = async (action: string, changing: boolean): Promise<boolean> => {
        const [answer] = await all(action, {}, { changes: changing })
        return answer?.kind === 'reply'
      }
      expect(await hears('disable', true)).toBe(changes)
      expect(await hears('status', false)).toBe(questions)
      const expired = fleet.log.filter((entry) => entry.what === 'unheard')
      expect(expired.every(({ why }) => why === 'expired')).toBe(true)
      expect(expired).toHaveLength(Number(!changes) + Number(!questions))
    },
  )

  it('clock-step: back, so that the last run lies in the future', async () => {
    const { ask, wait, fleet } = lab([{ fault: 'clock-step', at: 10, seconds: -7200 }])
    const { data: before } = await ask('status')
    await wait(10)
    const { data: after } = await ask('status')
    expect(after['lastrun']).toBe(before['lastrun'])
    expect(after['since_lastrun']).toBeLessThan(0)
    expect(after['message']).toMatch(/^Currently stopped; last completed run 22 hours /)
    expect(fleet.log.map(({ what }) => what)).toContain('clock-stepped')
  })

  it('not-connected: told at once, and not discovered', async () => {
    const simulated = lab([{ fault: 'not-connected' }])
    expect(await simulated.ask('status')).toMatchObject({ text: 'not-connected' })
    expect(simulated.clock.now()).toBe(START)
    expect(await discover(simulated)).toEqual([])
  })

  it('not-connected for a time: Puppet goes on meanwhile', async () => {
    const { ask, wait, story } = lab([{ fault: 'not-connected', on: 'started', seconds: 20 }])
    await ask('runonce', { force: true })
    await wait(6)
    expect(await ask('status')).toMatchObject({ text: 'not-connected' })
    await wait(30)
    expect(await ask('status')).toMatchObject({ code: 0 })
    expect(story().at(-1)).toBe('ended by us: changed, good')
  })

  it('server-restart: silence, and a request that was on its way is lost', async () => {
    const { ask, fleet } = lab([{ fault: 'server-restart', at: 0.5, seconds: 60 }])
    expect(await ask('disable', { message: 'ours' })).toMatchObject({ text: 'no-reply' })
    expect(fleet.log.map(({ what }) => what)).not.toContain('disabled')
  })

  it('reboot: the run dies without a summary, the disable lock survives', async () => {
    const { ask, wait, story } = lab([{ fault: 'reboot', on: 'started', delay: 8, seconds: 60 }])
    await ask('runonce', { force: true })
    await wait(4)
    await ask('disable', { message: 'ours' })
    await wait(10)
    expect(await ask('status')).toMatchObject({ text: 'no-reply' })
    await wait(60)
    const { data } = await ask('status')
    expect(data).toMatchObject({ applying: false, disable_message: 'ours' })
    expect(data['lastrun']).toBeLessThan(START / 1000)
    expect(story().at(-1)).toBe('ended by us: killed, bad')
  })

  it('environment: what the run converged in, unless another is asked for', async () => {
    const { ask, wait } = lab([{ fault: 'environment', name: 'staging' }])
    const converged = async (): Promise<unknown> => {
      const { data } = await ask('last_run_summary')
      return data['summary']
    }
    expect(await converged()).toMatchObject({ application: { converged_environment: 'staging' } })
    await ask('runonce', { force: true, environment: 'production' })
    await wait(30)
    expect(await converged()).toMatchObject({
      application: { converged_environment: 'production' },
    })
  })

  it('puppet-version: what the summary says', async () => {
    const { ask } = lab([{ fault: 'puppet-version', version: '8.10.0' }])
    const { data } = await ask('last_run_summary')
    expect(data['summary']).toMatchObject({ version: { puppet: '8.10.0' } })
  })
})

it('the name in the answers is the name that was asked for', async () => {
  const { all } = lab()
  expect((await all('status')).map(({ node }) => node)).toEqual([NODE])
})

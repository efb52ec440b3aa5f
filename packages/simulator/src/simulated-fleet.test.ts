import type { Answer, RpcRequest } from '@choirmaster/core/provide'
import { describe, expect, it } from 'vitest'
import { virtualClock } from './clock/virtual-clock.js'
import { simulatedFleet } from './simulated-fleet.js'

const call = { signal: new AbortController().signal }
const ask = (
  action: string,
  nodes: readonly string[],
  data: RpcRequest['data'] = {},
): RpcRequest => ({
  agent: 'puppet',
  action,
  data,
  nodes,
  timeoutMs: 30_000,
  changes: action !== 'status',
})

describe('a healthy node', () => {
  it('is disabled, enabled, run and summarised as the real plugin does it', async () => {
    const clock = virtualClock(1_800_000_000_000)
    const fleet = simulatedFleet({ clock, scenario: { defaults: { run: 10, changes: 1 } } })
    const request = async (action: string, data: RpcRequest['data'] = {}): Promise<Answer> => {
      const answers: Answer[] = []
      for await (const answer of fleet.transport.request(ask(action, ['a'], data), call)) {
        answers.push(answer)
      }
      expect(answers).toHaveLength(1)
      return answers[0] as Answer
    }
    expect(await request('status')).toMatchObject({
      code: 0,
      data: { enabled: true, applying: false },
    })
    expect(await request('disable', { message: 'ours' })).toMatchObject({
      data: { enabled: false, status: 'Succesfully locked the Puppet agent: ours' },
    })
    expect(await request('status')).toMatchObject({ data: { disable_message: 'ours' } })
    expect(await request('enable')).toMatchObject({ code: 0 })
    const run = await request('runonce', { force: true })
    expect(run).toMatchObject({ code: 0 })
    await clock.sleepUntil(clock.now() + 5000, call.signal)
    expect(await request('status')).toMatchObject({ data: { applying: true } })
    await clock.sleepUntil(clock.now() + 10_000, call.signal)
    const status = await request('status')
    expect(status).toMatchObject({ data: { applying: false } })
    const summary = await request('last_run_summary', { logs: true })
    expect(summary).toMatchObject({ data: { failed_resources: 0, changed_resources: 1 } })
  })
})

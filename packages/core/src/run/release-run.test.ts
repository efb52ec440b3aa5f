import { describe, expect, it } from 'vitest'
import type { Clock } from '../ports/clock.js'
import type { NodeAgent, NodeStatus } from '../providers/agent.js'
import type { Call } from '../providers/common.js'
import type { Lease } from '../providers/store.js'
import { releaseRun, type ReleaseReport } from './release-run.js'

const RUN = '20261122T111547-k3f9q2'
const MESSAGE = `choirmaster run=${RUN} by=choria=ann.mcollective at=2026-11-22T11:15:47Z`
const OPEN_FOR = 80_000
const { signal } = new AbortController()

interface World {
  now: number
  enabled: boolean
  readonly leftAt: number[]
  readonly readAt: number[]
}

const clockOf = (world: World): Clock => ({
  now: () => world.now,
  async sleepUntil(moment) {
    world.now = Math.max(world.now, moment)
  },
  hold: (work) => work,
})

/** One node that carries the run's message. @param enable what comes of the request, once it was asked whether it may leave */
function agentOf(
  world: World,
  enable: (left: boolean, call: Call) => 'ok' | 'silent' | 'not-sent',
): NodeAgent {
  return {
    openFor: OPEN_FOR,
    async *status() {
      world.readAt.push(world.now)
      const lock = world.enabled ? { enabled: true } : { enabled: false, message: MESSAGE }
      const value = { ...lock, applying: false, daemon: false, now: 1, lastRun: 0 } as NodeStatus
      yield { node: 'a', ok: true, value }
    },
    async *enable(_nodes: unknown, _onlyIf: unknown, call: Call) {
      const left = await (call.beforeSend?.() ?? Promise.resolve()).then(
        () => true,
        () => false,
      )
      const came = enable(left, call)
      if (left) world.leftAt.push(world.now)
      if (came === 'ok') {
        yield { node: 'a', ok: true, value: null }
        return
      }
      const silence = came === 'silent' ? 'no-reply' : 'not-sent'
      const problem = { code: 'node-silent', message: 'no answer', silence }
      yield { node: 'a', ok: false, effect: came === 'silent' ? 'maybe' : 'none', problem }
    },
  } as unknown as NodeAgent
}

const leaseOf = (check: (lost: AbortController) => void): Lease => {
  const lost = new AbortController()
  return {
    epoch: 1,
    lost: lost.signal,
    check: async () => check(lost),
    release: async () => undefined,
  }
}

function release(world: World, agent: NodeAgent, lease: Lease): Promise<ReleaseReport> {
  const input = { agent, clock: clockOf(world), run: RUN, nodes: ['a'], lease }
  return releaseRun({ ...input, soft: signal, hard: signal, confirm: async () => true })
}

const world = (): World => ({ now: 1_000_000, enabled: false, leftAt: [], readAt: [] })

describe('what a run left disabled is enabled, while the store', () => {
  it.each([4.9, 5.1, 9])('takes %d s for each answer', async (seconds) => {
    const here = world()
    const agent = agentOf(here, (left) => {
      here.enabled = left
      return left ? 'ok' : 'not-sent'
    })
    const lease = leaseOf(() => void (here.now += seconds * 1000))
    expect((await release(here, agent, lease)).nodes['a']).toMatchObject({ result: 'enabled' })
  })

  it('says at the last moment that the run was taken over: nothing was sent (S17)', async () => {
    const here = world()
    const lease = leaseOf((lost) => {
      const error = Object.assign(new Error('taken over'), { code: 'store-lease-lost' })
      lost.abort(error)
      throw error
    })
    // As the real transport: what is given up by then is no answer.
    const agent = agentOf(here, (_left, call) => {
      call.signal.throwIfAborted()
      return 'ok'
    })
    await expect(release(here, agent, lease)).rejects.toThrow('taken over')
    expect(here.leftAt).toEqual([])
  })

  it('takes its time: a request that nobody answers is settled H after it left (S16)', async () => {
    const here = world()
    const agent = agentOf(here, () => 'silent')
    await release(
      here,
      agent,
      leaseOf(() => void (here.now += 4_500)),
    )
    const [left = 0] = here.leftAt
    const settled = here.readAt.find((at) => at > left)
    expect((settled ?? 0) - left).toBeGreaterThan(OPEN_FOR)
  })
})

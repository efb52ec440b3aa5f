import type { Evidence } from '@choirmaster/core'
import { beforeEach, expect, it } from 'vitest'
import type { Network } from '../lib/network.mjs'
import { answers, call, connect } from './support/agent.js'
import { countRuns, locksOf } from './support/estate.js'
import { DEV1, DEV2, DEV3, DEV4 } from './support/network.js'

const THREE = [DEV1, DEV2, DEV3]
/** Time that a node which is not there may take to be known, where Choria's own client waits for 22 s. */
const KNOWN_AT_ONCE_MS = 1_000

/** What holds whatever the protocol. */
export function testActions(network: () => Network): void {
  beforeEach(() => network().reset())

  it('does the five actions on three nodes, as the nodes see it too', async () => {
    await using operator = await connect(network())
    const { agent } = operator
    const message = 'lab run=1 by=me'

    expect(await answers(agent.status(THREE, call))).toEqual(
      each({ enabled: true, applying: false, daemon: false }),
    )
    expect(await answers(agent.disable(THREE, message, call))).toEqual(same(null))
    expect(await answers(agent.status(THREE, call))).toEqual(each({ enabled: false, message }))
    expect(await network().node(DEV1).lock()).toBe(message)
    const [choria] = await network().ask('status', [DEV1])
    expect(choria?.data).toMatchObject({ enabled: false, disable_message: message })
    const taken = await answers(agent.disable([DEV1], 'other', call))
    expect(taken).toEqual({ [DEV1]: { problem: 'node-already-disabled' } })
    const refused = await answers(agent.requestRun([DEV1], { noop: false }, call))
    expect(refused).toEqual({ [DEV1]: { problem: 'node-disabled' } })

    expect(await answers(agent.enable(THREE, message, call))).toEqual(same(null))
    const requested = await answers(agent.requestRun(THREE, { noop: false }, call))
    expect(requested).toEqual(each({ at: expect.any(Number) }))
    await expect.poll(() => countRuns(network())).toMatchObject(same(1))
    await expect
      .poll(async () => Object.values(await answers(agent.status(THREE, call))), {
        timeout: 10_000,
      })
      .toEqual(THREE.map(() => expect.objectContaining({ applying: false })))
    const seen = await answers(agent.evidence(THREE, call))
    for (const node of THREE) {
      const { at } = requested[node] as { at: number }
      const { facts } = seen[node] as Evidence
      expect(facts).toMatchObject({ failed: 0, total: 9 })
      expect((facts as { lastRun: number }).lastRun).toBeGreaterThanOrEqual(at)
    }
    expect(operator.notices).toEqual([])
  })

  it('finds all nodes by broadcast', async () => {
    await using operator = await connect(network())
    const found: string[] = []
    for await (const node of operator.agent.discover?.(call) ?? []) found.push(node)
    expect(found.sort()).toEqual(network().nodes)
  })

  it('is told apart from a guest by the nodes, and may do nothing as a guest', async () => {
    await using guest = await connect(network(), 'guest')
    const { agent } = guest
    expect(await answers(agent.status([DEV1], call))).toEqual({
      [DEV1]: expect.objectContaining({ enabled: true }),
    })
    const denied = { [DEV1]: { problem: 'node-denied' } }
    expect(await answers(agent.disable([DEV1], 'lab', call))).toEqual(denied)
    expect(await answers(agent.enable([DEV1], 'lab', call))).toEqual(denied)
    expect(await answers(agent.requestRun([DEV1], { noop: false }, call))).toEqual(denied)
    expect(await network().node(DEV1).lock()).toBeUndefined()
    expect(await network().node(DEV1).runs()).toEqual([])
  })

  it('learns what it may do without doing anything', async () => {
    await using operator = await connect(network())
    await using guest = await connect(network(), 'guest')
    const ask = async ({ agent }: typeof operator): Promise<unknown> =>
      agent.permissions && answers(agent.permissions(THREE, call))
    expect(await ask(operator)).toEqual(same({ disable: 'allowed', run: 'allowed' }))
    expect(await ask(guest)).toEqual(same({ disable: 'denied', run: 'denied' }))
    expect(Object.values(await locksOf(network()))).toEqual([null, null, null, null])
    expect(Object.values(await countRuns(network()))).toEqual([0, 0, 0, 0])
  })

  it('is answered though the question is good for a day, as to a node whose clock is far off', async () => {
    await using operator = await connect(network())
    const request = { agent: 'rpcutil', action: 'ping', data: {}, nodes: THREE }
    const more = { timeoutMs: 5_000, changes: false, anyClock: true }
    const kinds: Record<string, string> = {}
    for await (const answer of operator.transport.request({ ...request, ...more }, call)) {
      kinds[answer.node] = answer.kind
    }
    expect(kinds).toEqual(same('reply'))
  })

  it('is denied everything by a node without a policy, and by that one alone', async () => {
    await using operator = await connect(network())
    const { caller } = network().client()
    await network().node(DEV1).permit(null)
    await network()
      .node(DEV2)
      .permit({ [caller]: ['status'] })
    try {
      expect(await answers(operator.agent.status(THREE, call))).toEqual({
        [DEV1]: { problem: 'node-denied' },
        [DEV2]: expect.objectContaining({ enabled: true }),
        [DEV3]: expect.objectContaining({ enabled: true }),
      })
      expect(await answers(operator.agent.disable(THREE, 'lab', call))).toEqual({
        [DEV1]: { problem: 'node-denied' },
        [DEV2]: { problem: 'node-denied' },
        [DEV3]: null,
      })
    } finally {
      await network().permitAsUsual()
    }
  })

  it('knows at once of a node whose server is stopped, and of one that never was', async () => {
    await using operator = await connect(network())
    await network().stopServer(DEV4)
    await network().gone(DEV4)
    try {
      const nodes = [DEV3, DEV4, 'nobody.example.net']
      const since = performance.now()
      const silent: Record<string, number> = {}
      for await (const outcome of operator.agent.status(nodes, call)) {
        if (outcome.ok) continue
        expect(outcome.problem.code).toBe('node-not-connected')
        silent[outcome.node] = performance.now() - since
      }
      expect(Object.keys(silent).sort()).toEqual([DEV4, 'nobody.example.net'])
      expect(Math.max(...Object.values(silent))).toBeLessThan(KNOWN_AT_ONCE_MS)
    } finally {
      await network().startServer(DEV4)
      await network().ready([DEV4])
    }
  })
}

/** The same partial answer of each of the three. */
function each(part: object): Record<string, unknown> {
  return same(expect.objectContaining(part))
}

function same(answer: unknown): Record<string, unknown> {
  return Object.fromEntries(THREE.map((node) => [node, answer]))
}

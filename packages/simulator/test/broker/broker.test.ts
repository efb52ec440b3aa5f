import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DAMAGES } from '../../src/fleet/treatment.js'
import type { Scenario } from '../../src/scenario/scenario.js'
import { LAMP } from '../engine/simulate.js'
import { openHouse, type House, type HouseOptions } from './house.js'
import { findNatsServer, natsServer, type NatsServer } from './nats-server.js'

const program = findNatsServer()
const NODES = ['a.example.net', 'b.example.net', 'c.example.net']

describe.skipIf(program === undefined)(
  'a fleet on a stock nats-server, asked by our transport',
  () => {
    let broker: NatsServer
    let house: House | undefined
    beforeAll(async () => {
      broker = await natsServer(program as string)
    })
    afterEach(async () => {
      await house?.close()
      house = undefined
    })
    afterAll(() => broker.remove())

    const open = async (more: Partial<HouseOptions> & Pick<HouseOptions, 'protocol'>) =>
      (house = await openHouse({ broker, nodes: NODES, speed: 50, ...more }))

    describe.each(['v1', 'v2'] as const)('protocol %s', (protocol) => {
      it('all five actions', async () => {
        const { ask } = await open({ protocol })
        for (const [action, data] of [
          ['status', {}],
          ['disable', { message: 'ours' }],
          ['last_run_summary', { logs: true }],
          ['enable', {}],
          ['runonce', { force: true }],
        ] as const) {
          const answers = await ask({ action, data })
          expect(answers).toMatchObject(NODES.map((node) => ({ node, kind: 'reply', code: 0 })))
        }
      })

      it('is discovered, and who is not connected is known at once', async () => {
        const scenario: Scenario = { nodes: { [NODES[1]!]: [{ fault: 'not-connected' }] } }
        const { ask, transport } = await open({ protocol, scenario })
        expect(await ask({ nodes: [...NODES, 'absent.example.net'] })).toMatchObject([
          { kind: 'reply' },
          { node: 'absent.example.net', kind: 'silence', why: 'not-connected' },
          { node: NODES[1], kind: 'silence', why: 'not-connected' },
          { kind: 'reply' },
        ])
        const found: string[] = []
        const call = { signal: new AbortController().signal }
        for await (const node of transport.discover?.('puppet', call) ?? []) found.push(node)
        expect(found.toSorted()).toEqual([NODES[0], NODES[2]])
      })

      it('each damage of a reply is seen, and nothing is believed', async () => {
        const nodes = DAMAGES.map((how) => `${how}.example.net`)
        const scenario: Scenario = {
          nodes: Object.fromEntries(
            DAMAGES.map((how) => [`${how}.example.net`, [{ fault: 'damaged-reply', how }]]),
          ),
        }
        const { ask, notices } = await open({ protocol, nodes, scenario, speed: 5 })
        const answers = await ask({ timeoutMs: 3_000 })
        expect(answers).toMatchObject(
          nodes.toSorted().map((node) => ({ node, kind: 'silence', why: 'no-reply' })),
        )
        const codes = notices.map(({ code }) => code).filter((code) => code.endsWith('-reply'))
        expect(codes).toHaveLength(DAMAGES.length)
        expect(new Set(codes)).toEqual(new Set(SEEN[protocol]))
      })

      it('a run of the LAMP site succeeds although each reply of some kind was once damaged', async () => {
        const { run, log, notices } = await open({
          ...{ protocol, nodes: LAMP.nodes, speed: 40 },
          scenario: {
            nodes: Object.fromEntries(
              LAMP.nodes.map((node, index) => [
                node,
                DAMAGES.slice(2 * index, 2 * index + 2).map((how, second) => ({
                  ...{ fault: 'damaged-reply', how, times: 1, after_calls: 3 + 4 * second },
                })),
              ]),
            ),
          },
        })
        const report = await run(LAMP)
        expect(report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
        const runs = log.flatMap((entry) => (entry.what === 'started' ? [entry.node] : []))
        expect(runs[0]).toBe('dev1')
        expect(runs.toSorted()).toEqual(LAMP.nodes)
        const struck = log.filter((entry) => entry.what === 'fault')
        expect(struck).toHaveLength(DAMAGES.length)
        const seen = notices.filter(({ code }) => SEEN[protocol].includes(code))
        expect(seen).toHaveLength(DAMAGES.length)
      }, 60_000)

      it('a node that never gives a good reply stops the run before anything is touched', async () => {
        const { run, log } = await open({
          ...{ protocol, nodes: LAMP.nodes, speed: 100 },
          scenario: { nodes: { dev3: [{ fault: 'damaged-reply', how: 'wrong-hash' }] } },
        })
        expect(await run(LAMP)).toMatchObject({ result: 'refused', exit: 3 })
        expect(log.filter(({ what }) => what === 'disabled')).toEqual([])
      }, 60_000)
    })

    it('thousands of nodes in one process answer one request', async () => {
      const nodes = Array.from({ length: 3_000 }, (_, index) => `n${index}.example.net`)
      const { ask } = await open({ protocol: 'v1', nodes, speed: 1 })
      const answers = await ask({})
      expect(answers.filter(({ kind }) => kind === 'reply')).toHaveLength(3_000)
    }, 60_000)

    it('a node that comes and goes is on the broker only while it is there', async () => {
      const scenario: Scenario = {
        nodes: { [NODES[0]!]: [{ fault: 'not-connected', at: 20, seconds: 40 }] },
      }
      const { ask, clock } = await open({ protocol: 'v1', nodes: NODES.slice(0, 1), scenario })
      const { signal } = new AbortController()
      const start = clock.now()
      expect(await ask({})).toMatchObject([{ kind: 'reply' }])
      await clock.sleepUntil(start + 40_000, signal)
      expect(await ask({})).toMatchObject([{ why: 'not-connected' }])
      await clock.sleepUntil(start + 70_000, signal)
      expect(await ask({})).toMatchObject([{ kind: 'reply' }])
    })

    it('the broker away for a while: the nodes live on and are back with it', async () => {
      const own = await natsServer(program as string)
      const { ask, fleet, clock } = await openHouse({ broker: own, protocol: 'v1', nodes: NODES })
      try {
        expect(await ask({})).toMatchObject(NODES.map(() => ({ kind: 'reply' })))
        await own.kill()
        await own.start()
        for (;;) {
          const answers = await ask({ timeoutMs: 2_000 })
          if (answers.every(({ kind }) => kind === 'reply')) break
          await clock.sleepUntil(clock.now() + 100, new AbortController().signal)
        }
        expect(fleet.node(NODES[0]!)?.state.calls).toBeGreaterThan(1)
      } finally {
        await own.remove()
      }
    }, 60_000)
  },
)

/** How the transport counts what it rejects. */
const SEEN: Readonly<Record<'v1' | 'v2', readonly string[]>> = {
  v1: [
    'transport-malformed-reply',
    'transport-corrupt-reply',
    'transport-mismatched-reply',
    'transport-foreign-reply',
  ],
  v2: [
    'transport-malformed-reply',
    'transport-corrupt-reply',
    'transport-mismatched-reply',
    'transport-forged-reply',
  ],
}

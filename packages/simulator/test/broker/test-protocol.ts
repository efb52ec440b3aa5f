import { expect, it } from 'vitest'
import { DAMAGES } from '../../src/fleet/treatment.js'
import type { Scenario } from '../../src/scenario/scenario.js'
import { LAMP } from '../engine/simulate.js'
import type { OpenHouse } from './use-broker.js'

const NODES = ['a.example.net', 'b.example.net', 'c.example.net']

/** What our transport and a simulated fleet on a stock nats-server do together, whatever the protocol. */
export function testProtocol(protocol: 'v1' | 'v2', open: OpenHouse): void {
  it('all five actions', async () => {
    const { ask } = await open({ protocol, nodes: NODES })
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
    // Discovery waits for 2 s of the clock.
    const { ask, transport } = await open({ protocol, nodes: NODES, scenario, speed: 2 })
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
    const answers = await ask({ timeoutMs: 10_000 })
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
    // One that comes too late on a loaded machine is counted as late.
    const seen = notices.filter(({ code }) => /^transport-.*-reply$/.test(code))
    expect(seen.length).toBeGreaterThanOrEqual(DAMAGES.length)
  }, 60_000)

  it('a node that never gives a good reply stops the run before anything is touched', async () => {
    const { run, log } = await open({
      ...{ protocol, nodes: LAMP.nodes, speed: 100 },
      scenario: { nodes: { dev3: [{ fault: 'damaged-reply', how: 'wrong-hash' }] } },
    })
    expect(await run(LAMP)).toMatchObject({ result: 'refused', exit: 3 })
    expect(log.filter(({ what }) => what === 'disabled')).toEqual([])
  }, 60_000)
}

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

import { describe, expect, it } from 'vitest'
import { filtered, NOW, REPLY_TO, rpc, v1Request, type V1Change } from '../../test/broker/client.js'
import { certificate, layers } from '../../test/broker/recorded.js'
import { scaledClock } from '../clock/scaled-clock.js'
import { virtualClock } from '../clock/virtual-clock.js'
import { createFleet } from '../fleet/fleet.js'
import type { FleetLogEntry } from '../fleet/fleet-log.js'
import { memoryLog } from '../fleet/logs.js'
import type { FaultEntry } from '../scenario/scenario.js'
import { createServers } from './server.js'
import { serverWireV1 } from './v1/wire.js'

const NODES = ['a.example.net', 'b.example.net', 'c.example.net']
const [A = ''] = NODES

interface Said {
  readonly node: string
  readonly body: string
  /** ms after the start. */
  readonly at: number
  readonly time: number
}

/** The servers of three nodes, heard directly; time is virtual. */
function lab(faults: Readonly<Record<string, readonly FaultEntry[]>> = {}, speed = 1) {
  const clock = virtualClock(NOW)
  const log = memoryLog()
  const scenario = { defaults: { run: 10 }, nodes: faults, fleet: NODES }
  const fleet = createFleet({ scenario, seed: 1, start: NOW, log })
  const said: Said[] = []
  let moved = 0
  const servers = createServers({
    ...{ fleet, clock, log, collective: 'mcollective', wire: serverWireV1(certificate('ca')) },
    wall: speed === 1 ? clock : scaledClock(1 / speed, NOW, clock),
    publish(subject, payload) {
      const { envelope, message } = layers(payload)[2] as Readonly<Record<string, never>>
      const { senderid, time } = envelope as unknown as { senderid: string; time: number }
      expect(subject).toBe(REPLY_TO)
      said.push({ node: senderid, body: message as unknown as string, at: clock.now() - NOW, time })
      return true
    },
    moved: () => void (moved += 1),
  })
  servers.start()
  const { signal } = new AbortController()
  return {
    said,
    fleet,
    servers,
    entries: (): readonly FleetLogEntry[] => log.entries,
    get moved() {
      return moved
    },
    hear: (change: V1Change = {}, nodes: readonly string[] = [A]) =>
      servers.heard(v1Request(change), nodes),
    wait: (seconds: number) => clock.sleepUntil(clock.now() + seconds * 1000, signal),
  }
}

const drops = (entries: readonly FleetLogEntry[]): readonly unknown[] =>
  entries.flatMap((entry) => (entry.what === 'dropped' ? [[entry.node, entry.why]] : []))

describe('the servers of simulated nodes', () => {
  it('answer the puppet agent when its answer is due', async () => {
    const { hear, wait, said } = lab()
    hear()
    await wait(1)
    expect(said).toEqual([])
    await wait(1)
    expect(said).toHaveLength(1)
    expect(said[0]?.at).toBeGreaterThanOrEqual(1100)
    expect(JSON.parse(said[0]?.body ?? '')).toMatchObject({
      action: 'status',
      statuscode: 0,
      statusmsg: 'OK',
      data: { enabled: true, applying: false },
    })
  })

  it('one request to many nodes is read once and answered by each', async () => {
    const { servers, wait, said, entries } = lab()
    const payload = v1Request({ message: rpc('disable', { message: 'by us' }) })
    for (const node of NODES) servers.heard(payload, [node])
    await wait(2)
    expect(said.map(({ node }) => node).toSorted()).toEqual(NODES)
    const disabled = entries().filter(({ what }) => what === 'disabled')
    expect(disabled).toMatchObject(NODES.map(() => ({ by: 'choria=deploy.mcollective' })))
  })

  it('do twice what comes twice: servers remember no requests', async () => {
    const { hear, wait, said } = lab()
    hear({ message: rpc('disable') })
    hear({ message: rpc('disable') })
    await wait(2)
    expect(said.map(({ body }) => (JSON.parse(body) as { statuscode: number }).statuscode)).toEqual(
      [0, 1],
    )
  })

  it('live on by themselves: what is due happens without a question', async () => {
    const { hear, wait, fleet } = lab()
    hear({ message: rpc('runonce', { force: true }) })
    await wait(60)
    expect(fleet.node(A)?.state.record?.run).toBe(1)
  })

  it('answer discovery and rpcutil at once, with their own clock', async () => {
    const { hear, wait, said } = lab({ [A]: [{ fault: 'clock-offset', seconds: 100 }] })
    hear({
      message: 'cGluZw==',
      envelope: { agent: 'discovery', ...filtered({ agent: ['puppet'] }) },
    })
    hear({ message: rpc('ping', {}, 'rpcutil'), envelope: { agent: 'rpcutil' } }, [NODES[1]!])
    hear({ message: rpc('spin', {}, 'rpcutil'), envelope: { agent: 'rpcutil' } }, [NODES[2]!])
    await wait(0.001)
    expect(said).toMatchObject([
      { node: A, body: 'pong', time: NOW / 1000 + 100 },
      { body: `{"action":"ping","statuscode":0,"statusmsg":"OK","data":{"pong":${NOW / 1000}}}` },
      { body: expect.stringContaining('"statuscode":2') },
    ])
  })

  it('tell the version of the puppet agent', async () => {
    const { hear, wait, said } = lab()
    hear({ message: rpc('agent_inventory', {}, 'rpcutil'), envelope: { agent: 'rpcutil' } })
    await wait(0.001)
    expect(JSON.parse(said[0]?.body ?? '')).toMatchObject({
      statuscode: 0,
      data: { agents: [{}, { agent: 'puppet', version: '2.5.0', timeout: 20 }, {}] },
    })
  })

  it('answer nothing while they are away', async () => {
    const { hear, wait, said } = lab({ [A]: [{ fault: 'server-restart', seconds: 10 }] })
    hear()
    hear({ message: 'cGluZw==', envelope: { agent: 'discovery' } })
    await wait(5)
    expect(said).toEqual([])
    await wait(10)
    hear({ message: 'cGluZw==', envelope: { agent: 'discovery' } })
    await wait(0.001)
    expect(said).toHaveLength(1)
  })

  it('answer a body that is no RPC request with code 4', async () => {
    const { hear, wait, said } = lab()
    hear({ message: 'status!' })
    await wait(0.001)
    expect(JSON.parse(said[0]?.body ?? '')).toMatchObject({ statuscode: 4 })
  })

  it('tell whenever time moved on, so that who left is unsubscribed', async () => {
    const one = lab({ [A]: [{ fault: 'not-connected', at: 5 }] })
    const before = one.moved
    await one.wait(6)
    expect(one.moved).toBeGreaterThan(before)
    expect(one.fleet.node(A)?.state.away?.why).toBe('not-connected')
  })

  it('say no more once they are stopped', async () => {
    const { hear, wait, servers, said } = lab()
    hear()
    servers.stop()
    await wait(5)
    expect(said).toEqual([])
  })
})

describe('requests that servers drop without a word', () => {
  it.each<[string, V1Change, readonly string[]]>([
    ['signature', { secure: { signature: 'AAAA' } }, [A]],
    ['collective', { envelope: { collective: 'other' } }, [A]],
    ['filter', { envelope: filtered({ identity: ['b.example.net'] }) }, [A]],
    ['agent', { envelope: { agent: 'service' } }, [A]],
    ['malformed', { envelope: { ttl: 1 } }, NODES],
  ])('%s', async (why, change, nodes) => {
    const { hear, wait, said, entries } = lab()
    hear(change, nodes)
    await wait(30)
    expect(said).toEqual([])
    expect(drops(entries())).toEqual(nodes.map((node) => [node, why]))
  })

  it('a broadcast reaches who its filter is for, and the others say nothing of it', async () => {
    const { hear, wait, said, entries } = lab()
    hear({ envelope: filtered({ identity: ['/^[bc]/'] }) }, NODES)
    await wait(2)
    expect(said.map(({ node }) => node).toSorted()).toEqual(NODES.slice(1))
    expect(drops(entries())).toEqual([])
  })

  it.each([
    [-60, false],
    [-59, true],
    [59, true],
    [60, false],
  ])('signed %d s from now with a ttl of 60 s: taken is %s', async (seconds, taken) => {
    const time = NOW / 1000 + seconds
    const { hear, wait, said, entries } = lab()
    hear({ envelope: { time } })
    hear({ message: rpc('ping', {}, 'rpcutil'), envelope: { time, agent: 'rpcutil' } })
    await wait(2)
    expect(said).toHaveLength(taken ? 2 : 0)
    const unheard = entries().filter((entry) => entry.what === 'unheard')
    expect(unheard).toMatchObject(taken ? [] : [{ why: 'expired', action: 'status' }])
    expect(drops(entries())).toEqual(taken ? [] : [[A, 'expired']])
  })

  it('by a clock that is wrong, where the scenario says that the server has it too', async () => {
    const { hear, wait, said } = lab({
      [A]: [{ fault: 'clock-offset', seconds: 3600, ttl: true }],
      [NODES[1]!]: [{ fault: 'clock-offset', seconds: 3600 }],
    })
    hear({}, NODES)
    await wait(2)
    expect(said.map(({ node }) => node).toSorted()).toEqual(NODES.slice(1))
  })

  it('by real time, even where the nodes live faster', async () => {
    const { hear, wait, said } = lab({}, 10)
    await wait(500)
    hear({ envelope: { time: NOW / 1000 + 50 } })
    await wait(2)
    expect(said).toHaveLength(1)
    expect(said[0]?.time).toBe(NOW / 1000 + 50)
  })
})

describe('replies that go wrong on the wire', () => {
  it('late: after the client has given up; twice; never', async () => {
    const { hear, wait, said } = lab({
      [A]: [{ fault: 'late-reply', seconds: 5 }],
      [NODES[1]!]: [{ fault: 'duplicate-reply', seconds: 2 }],
      [NODES[2]!]: [{ fault: 'lost-reply' }],
    })
    hear({}, NODES)
    await wait(60)
    expect(said.map(({ node }) => node)).toEqual([NODES[1], NODES[1], A])
    expect(said[2]?.at).toBe(27_000)
  })
})

import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import type { Scenario } from '../../src/scenario/scenario.js'
import { main } from '../../src/broker/main.js'
import { TLS } from './tls-broker.js'
import { onBroker } from './use-broker.js'

onBroker('a fleet on a stock nats-server', (open, broker) => {
  it('thousands of nodes in one process answer one request', async () => {
    const nodes = Array.from({ length: 3_000 }, (_, index) => `n${index}.example.net`)
    const { ask } = await open({ protocol: 'v1', nodes, speed: 1 })
    const answers = await ask({})
    expect(answers.filter(({ kind }) => kind === 'reply')).toHaveLength(3_000)
  }, 60_000)

  it('the broker dies for 30 s in the middle of a run: it succeeds and no node is run twice', async () => {
    const nodes = Array.from({ length: 24 }, (_, index) => `n${index}.example.net`)
    const { run, log, clock } = await open({ protocol: 'v1', nodes, speed: 40 })
    const die = async (): Promise<void> => {
      await broker().kill()
      await clock.sleepUntil(clock.now() + 30_000, new AbortController().signal)
      await broker().start()
    }
    let outage: Promise<void> | undefined
    try {
      const report = await run(runPlan([nodes], [], { 'App[all]': nodes }), () => {
        const running = log.filter(({ what }) => what === 'started').length
        if (running >= 6) outage ??= die()
      })
      expect(report).toMatchObject({ result: 'succeeded', exit: 0, left_disabled: {} })
      const runs = log.flatMap((entry) => (entry.what === 'started' ? [entry.node] : []))
      expect(runs.toSorted()).toEqual(nodes.toSorted())
      expect(outage).toBeDefined()
    } finally {
      await outage
    }
  }, 60_000)

  it('a node that comes and goes is on the broker only while it is there', async () => {
    const scenario: Scenario = {
      nodes: { [NODE]: [{ fault: 'not-connected', at: 20, seconds: 40 }] },
    }
    const { ask, clock } = await open({ protocol: 'v1', nodes: [NODE], scenario })
    const { signal } = new AbortController()
    const start = clock.now()
    expect(await ask({})).toMatchObject([{ kind: 'reply' }])
    await clock.sleepUntil(start + 40_000, signal)
    expect(await ask({})).toMatchObject([{ why: 'not-connected' }])
    await clock.sleepUntil(start + 70_000, signal)
    expect(await ask({})).toMatchObject([{ kind: 'reply' }])
  })
})

onBroker('the command', (_open, broker) => {
  const said: string[] = []
  const io = {
    out: (line: string) => void said.push(line),
    err: (line: string) => void said.push(line),
  }
  const flags = (port: number): readonly string[] => [
    ...['--broker', `nats://localhost:${port}`, '--nodes', '2', '--ca', `${TLS}ca.pem`],
    ...['--cert', `${TLS}broker.pem`, '--key', `${TLS}broker.key`],
  ]

  it('says what it started, and of what it hears of the broker', async () => {
    const { port } = broker()
    const fleet = await main(flags(port), io)
    await broker().kill()
    await broker().start()
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(3)
    await fleet?.close()
    expect(said).toEqual([
      `2 simulated nodes on nats://localhost:${port}, protocol v1, collective mcollective, seed 1`,
      expect.stringMatching(/lost the broker/),
      expect.stringMatching(/connected to .* again/),
    ])
  })

  it('says how it is used, and what is wrong', async () => {
    said.length = 0
    expect(await main(['--help'], io)).toBeUndefined()
    expect(said).toEqual([expect.stringContaining('--broker URL')])
    await expect(main(flags(1), io)).rejects.toMatchObject({ code: 'simulator-broker-failed' })
    const odd = ['--nodes', 'a b,*.example.net']
    await expect(main([...flags(broker().port), ...odd], io)).rejects.toMatchObject({
      code: 'simulator-broker-unusable',
      place: '*.example.net',
    })
  })
})

const NODE = 'a.example.net'

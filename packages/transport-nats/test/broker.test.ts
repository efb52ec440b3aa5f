import { createServer, type AddressInfo } from 'node:net'
import type { Answer, Call, Notice, RpcRequest, Transport } from '@choirmaster/core/provide'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { nodeSystem, type System } from '@choirmaster/puppet-identity'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NatsTransportOptions } from '../src/options.js'
import { natsTransportOf } from '../src/provider.js'
import { fleet, type Fleet } from './fleet.js'
import { meddler } from './meddler.js'
import { findNatsServer, natsServer, TLS, type NatsServer } from './nats-server.js'

const program = findNatsServer()
if (program === undefined) {
  console.warn(
    'Tests on a real broker are left out: there is no nats-server, neither $NATS_SERVER nor on the PATH nor from npm run lab:choria',
  )
}

const NODES = ['n1.example.net', 'n2.example.net', 'n3.example.net']
const call = { signal: new AbortController().signal }
const opened: Transport[] = []
const notices: Notice[] = []
let onNotice = (): void => {}

interface Operator {
  readonly certificate?: string
  readonly ca?: string
  readonly options?: NatsTransportOptions
  readonly call?: Call
}

/** Opens the transport as an operator whose configuration names these files. */
async function open(port: number, operator: Operator = {}): Promise<Transport> {
  const { certificate = 'deploy', ca = 'ca', options = {} } = operator
  const config = [
    'plugin.security.provider = file',
    `plugin.security.file.certificate = ${TLS}${certificate}.pem`,
    `plugin.security.file.key = ${TLS}${certificate}.key`,
    `plugin.security.file.ca = ${TLS}${ca}.pem`,
    `plugin.choria.middleware_hosts = localhost:${port}`,
    'discovery_timeout = 1',
    'plugin.choria.network.connect_timeout = 1s',
  ].join('\n')
  const real = nodeSystem()
  const system: System = {
    ...real,
    env: { MCOLLECTIVE_CERTNAME: 'deploy.mcollective' },
    home: '/nowhere',
    cwd: '/nowhere',
    readFile: async (path) => (path === '/etc/choria/client.conf' ? config : real.readFile(path)),
  }
  const notice = (told: Notice): void => {
    notices.push(told)
    onNotice()
  }
  const host = { baseDir: '/', clock: systemClock(), random: systemRandom(), notice }
  const transport = await natsTransportOf(() => system).open(options, host, operator.call ?? call)
  opened.push(transport)
  return transport
}

function request(more: Partial<RpcRequest> = {}): RpcRequest {
  const rest = { nodes: NODES, timeoutMs: 5_000, changes: false }
  return { agent: 'puppet', action: 'status', data: {}, ...rest, ...more }
}

async function answers(transport: Transport, what = request()): Promise<Answer[]> {
  const all: Answer[] = []
  for await (const answer of transport.request(what, call)) all.push(answer)
  return all.sort((a, b) => (a.node < b.node ? -1 : 1))
}

/** The next notice of this code. */
function told(code: string): Promise<Notice> {
  return new Promise((resolve) => {
    const look = (): void => {
      const index = notices.findIndex((notice) => notice.code === code)
      if (index >= 0) resolve(notices.splice(index, 1)[0] as Notice)
      else onNotice = look
    }
    look()
  })
}

describe.skipIf(program === undefined)('on a stock nats-server with mutual TLS', () => {
  let broker: NatsServer
  let nodes: Fleet

  beforeAll(async () => {
    broker = await natsServer(program!)
    nodes = await fleet(broker.port, NODES)
  })
  afterEach(async () => {
    for (const transport of opened.splice(0)) await transport.close?.()
    notices.length = 0
  })
  afterAll(async () => {
    await nodes.close()
    await broker.remove()
  })

  it('nodes answer; those that are not connected are known in 50 ms', async () => {
    const transport = await open(broker.port)
    const nodesAsked = [...NODES, 'absent.example.net']
    const started = performance.now()
    const got = await answers(transport, request({ nodes: nodesAsked, timeoutMs: 20_000 }))
    const took = performance.now() - started
    const absent = got.find(({ node }) => node === 'absent.example.net')
    expect(absent).toMatchObject({ kind: 'silence', why: 'not-connected' })
    expect(got.filter(({ kind }) => kind === 'reply')).toHaveLength(3)
    // 4 ms where it was tried; far below the 20 s that a node may take to answer.
    expect(took).toBeLessThan(2_000)
    expect(transport.caller).toBe('choria=deploy.mcollective')
  })

  it('many requests at once do not disturb each other', async () => {
    const transport = await open(broker.port)
    const all = await Promise.all(Array.from({ length: 50 }, () => answers(transport)))
    for (const got of all) expect(got.map(({ kind }) => kind)).toEqual(['reply', 'reply', 'reply'])
  })

  it('two processes of one caller do not get the replies of each other', async () => {
    const [one, other] = [await open(broker.port), await open(broker.port)]
    await Promise.all([answers(one), answers(other)])
    expect(notices).toEqual([])
  })

  it('discovers who is there', async () => {
    const transport = await open(broker.port)
    const names: string[] = []
    for await (const name of transport.discover?.('puppet', call) ?? []) names.push(name)
    expect(names.sort()).toEqual(NODES)
  })

  it('the broker away: nothing is sent, nothing is kept for later; back: it goes on', async () => {
    const transport = await open(broker.port)
    await answers(transport)
    await broker.kill()
    expect((await told('transport-disconnected')).level).toBe('warning')
    const before = nodes.seen.length
    const got = await answers(transport, request({ action: 'runonce', changes: true }))
    expect(got).toMatchObject(NODES.map((node) => ({ node, why: 'not-sent' })))
    await broker.start()
    expect((await told('transport-reconnected')).level).toBe('info')
    expect(notices.filter(({ code }) => code === 'transport-disconnected')).toEqual([])
    // The nodes are another client, which takes its own time to be back.
    let kinds: string[] = []
    while (kinds.filter((kind) => kind === 'reply').length < 3) {
      kinds = (await answers(transport)).map(({ kind }) => kind)
    }
    const since = nodes.seen.slice(before)
    expect(since.filter(({ request: { body } }) => body.includes('runonce'))).toEqual([])
  })

  it('a broker that is not there, or is no broker, is named with the reason', async () => {
    const silent = createServer((socket) => socket.end('hello\r\n'))
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const servers = `localhost:1, nats://127.0.0.1:${port}`
    const attempt = open(broker.port, { options: { servers } })
    await expect(attempt).rejects.toMatchObject({ code: 'transport-broker-unreachable' })
    await expect(attempt).rejects.toThrow(
      /nats:\/\/localhost:1: .*ECONNREFUSED.*does not speak NATS/,
    )
    silent.close()
  })

  it('the next broker is tried when the first is not there', async () => {
    const servers = `localhost:1,localhost:${broker.port}`
    const transport = await open(broker.port, { options: { servers } })
    expect(await answers(transport)).toHaveLength(3)
  })

  it('a broker that was not there at first is gone to when the one in use goes away', async () => {
    const first = await natsServer(program!)
    const second = await natsServer(program!)
    try {
      await first.kill()
      const servers = `localhost:${first.port},localhost:${second.port}`
      const transport = await open(broker.port, { options: { servers } })
      await first.start()
      await second.kill()
      const { message } = await told('transport-reconnected')
      expect(message).toContain(`localhost:${first.port}`)
      await transport.close?.()
    } finally {
      await first.remove()
      await second.remove()
    }
  })

  it.each([
    ['a broker that our CA does not vouch for', { ca: 'foreign-ca' }, 'transport-broker-untrusted'],
    [
      'a certificate that the broker does not accept',
      { certificate: 'foreign' },
      'transport-certificate-refused',
    ],
  ])('%s', async (_name, operator, code) => {
    await expect(open(broker.port, operator)).rejects.toMatchObject({ code })
  })

  it('a broker whose certificate does not hold its address', async () => {
    const options = { servers: `127.0.0.1:${broker.port}` }
    const attempt = open(broker.port, { options })
    await expect(attempt).rejects.toMatchObject({ code: 'transport-broker-name' })
  })

  it('brokers that only the greeting names are never tried: it comes before TLS', async () => {
    let tries = 0
    const impostor = createServer((socket) => void (++tries, socket.destroy()))
    await new Promise<void>((resolve) => void impostor.listen(0, '127.0.0.1', resolve))
    const gossip = `127.0.0.1:${(impostor.address() as AddressInfo).port}`
    const middle = await meddler(broker.port, gossip)
    try {
      const transport = await open(middle.port)
      await answers(transport)
      middle.cut()
      await told('transport-reconnected')
      expect(tries).toBe(0)
    } finally {
      middle.close()
      impostor.close()
    }
  })

  it('given up while it connects', async () => {
    const mute = createServer() // accepts, and then says nothing
    await new Promise<void>((resolve) => void mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    const abort = new AbortController()
    mute.once('connection', () => abort.abort(new Error('enough')))
    const attempt = open(broker.port, { options: { servers: `127.0.0.1:${port}` }, call: abort })
    await expect(attempt).rejects.toThrow('enough')
    mute.close()
  })
})

describe.skipIf(program === undefined)('on a broker with permissions', () => {
  it('that lets nobody subscribe to replies: refused at once', async () => {
    const broker = await natsServer(program!, 'subscribe: "elsewhere", publish: ">"')
    try {
      await expect(open(broker.port)).rejects.toMatchObject({ code: 'transport-denied' })
    } finally {
      await broker.remove()
    }
  })

  it('that stops taking our subscription: nothing is sent until it takes us again', async () => {
    const all = 'subscribe: ">", publish: ">"'
    const broker = await natsServer(program!, all)
    let nodes: Fleet | undefined
    try {
      nodes = await fleet(broker.port, NODES)
      const transport = await open(broker.port)
      broker.permit('subscribe: "elsewhere", publish: ">"')
      await told('transport-denied')
      const got = await answers(transport, request({ changes: true }))
      expect(got).toMatchObject(NODES.map((node) => ({ node, why: 'not-sent' })))
      broker.permit(all)
      await told('transport-allowed')
      expect((await answers(transport)).map(({ kind }) => kind)).toEqual(NODES.map(() => 'reply'))
      await transport.close?.()
    } finally {
      await nodes?.close()
      await broker.remove()
    }
  })

  it('that lets us publish to some nodes only: the others are not sent to', async () => {
    const permissions = 'subscribe: ">", publish: "mcollective.node.n1.>"'
    const broker = await natsServer(program!, permissions)
    let nodes: Fleet | undefined
    try {
      nodes = await fleet(broker.port, NODES)
      const transport = await open(broker.port)
      expect(await answers(transport)).toMatchObject([
        { node: 'n1.example.net', kind: 'reply' },
        { node: 'n2.example.net', kind: 'silence', why: 'not-sent' },
        { node: 'n3.example.net', kind: 'silence', why: 'not-sent' },
      ])
      expect(await told('transport-denied-publish')).toMatchObject({ level: 'warning' })
      await transport.close?.()
    } finally {
      await nodes?.close()
      await broker.remove()
    }
  })
})

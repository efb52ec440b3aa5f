import { readFileSync } from 'node:fs'
import {
  createServer as createPlainServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import type { Environment, Finding, Host, Notice, Problem } from '@choirmaster/core/provide'
import { nodeSystem, type System } from '@choirmaster/puppet-identity'
import { puppetCatalogOf } from '../src/provider.js'
import type { PuppetDbCatalogOptions } from '../src/puppetdb/options.js'
import { puppetDbCatalogOf } from '../src/puppetdb/provider.js'

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url))
/** The throwaway certificates; make-certificates.sh beside them says what each is. */
export const TLS = fileURLToPath(
  new URL('../../puppet-identity/test/fixtures/tls/', import.meta.url),
)
const pem = (path: string): string => readFileSync(`${TLS}${path}`, 'utf8')

/** The document of a recorded 200. */
export const document = (name: string): unknown =>
  JSON.parse(readFileSync(`${fixtures}environment/${name}.json`, 'utf8'))

/** A recorded answer as it goes over the wire; a body whose chunks were joined when recorded becomes one chunk. */
export function recorded(name: string, folder = 'environment'): Buffer {
  const bytes = readFileSync(`${fixtures}${folder}/${name}.http`)
  const body = bytes.indexOf('\r\n\r\n') + 4
  if (!/^transfer-encoding: chunked/im.test(bytes.subarray(0, body).toString())) return bytes
  const length = (bytes.length - body).toString(16)
  return Buffer.concat([
    bytes.subarray(0, body),
    Buffer.from(`${length}\r\n`),
    bytes.subarray(body),
    Buffer.from('\r\n0\r\n\r\n'),
  ])
}

/** An answer made by hand. */
export function answer(
  status: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): string {
  const all = { 'Content-Length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`
}

/** What a server does with a request: answer, or answer in part and say no more, say nothing, or close. */
export type Reaction = Buffer | string | { readonly begin: string } | 'hang' | 'close'

export interface TestServer {
  readonly port: number
  readonly url: string
  /** Heads of the requests that came. */
  readonly requests: string[]
  /** Common names of the certificates that clients showed. */
  readonly clients: string[]
}

const running: { server: Server; sockets: Set<Socket> }[] = []

afterEach(async () => {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  }
})

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  running.push({ server, sockets })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

/** A reaction to each request by its head; connections are kept for the next one. */
export type Reactions = (head: string, body: string) => Reaction

function react(socket: Socket, reaction: Reaction, keep = false): void {
  if (reaction === 'hang') return
  if (reaction === 'close') socket.destroy()
  else if (typeof reaction === 'object' && 'begin' in reaction) socket.write(reaction.begin)
  else if (keep) socket.write(reaction)
  else socket.end(reaction)
}

export interface ServerOptions extends TlsOptions {
  /** Which of the server certificates it shows. */
  readonly certificate?: 'puppet' | 'renamed' | 'expired' | 'revoked'
}

/** A server that insists on a certificate of its CA. (With a CA it also sends the chain, so only where it is needed.) */
export const INSISTS: ServerOptions = { rejectUnauthorized: true, ca: pem('ssl/certs/ca.pem') }

/**
 * A TLS server on the loopback interface that answers each request with these bytes, or as it asks. Like Puppet Server it asks for
 * a client certificate without insisting.
 */
export async function serve(
  reaction: Reaction | Reactions,
  options: ServerOptions = {},
): Promise<TestServer> {
  const requests: string[] = []
  const clients: string[] = []
  const certificate = pem(`server/${options.certificate ?? 'puppet'}.pem`)
  const server = createServer(
    {
      cert: certificate,
      key: certificate,
      requestCert: true,
      rejectUnauthorized: false,
      ...options,
    },
    (socket: TLSSocket) => {
      clients.push(String(socket.getPeerCertificate().subject?.CN ?? ''))
      let read = ''
      socket.on('error', () => undefined) // the client goes as soon as it has what it wants
      socket.on('data', (bytes) => {
        read += bytes.toString('latin1')
        const end = read.indexOf('\r\n\r\n') + 4
        const [head, body] = [read.slice(0, end), read.slice(end)]
        const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
        if (end < 4 || body.length < length) return
        requests.push(head)
        if (typeof reaction === 'function') react(socket, reaction(head, body), true)
        else react(socket, reaction)
        read = ''
      })
    },
  )
  server.on('tlsClientError', () => undefined) // refused handshakes are what some tests are about
  const port = await listen(server)
  return { port, url: `https://localhost:${port}`, requests, clients }
}

/** A server that does not speak TLS: it sends these bytes to whoever connects. */
export async function servePlain(reaction: Reaction): Promise<number> {
  return listen(
    createPlainServer((socket) => {
      socket.on('error', () => undefined)
      react(socket, reaction)
    }),
  )
}

/** A port of the loopback interface that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createPlainServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

export interface Asked {
  readonly options?: PuppetDbCatalogOptions
  readonly environment?: string
  readonly system?: Partial<System>
  readonly signal?: AbortSignal
  /** What the clock says. */
  readonly now?: string
}

/** A host whose clock stands still and skips what it is asked to wait for. */
function testHost(now: string): { host: Host; notices: Notice[]; waits: number[] } {
  const notices: Notice[] = []
  const waits: number[] = []
  const moment = Date.parse(now)
  const host: Host = {
    baseDir: '/nowhere',
    clock: {
      now: () => moment,
      sleepUntil: async (until) => void waits.push(until - moment),
      hold: (work) => work,
    },
    random: { next: () => 0 },
    notice: (notice) => void notices.push(notice),
  }
  return { host, notices, waits }
}

const SOURCES = { puppet: puppetCatalogOf, puppetdb: puppetDbCatalogOf }

/** Asks a source as the operator rip.mcollective, with no configuration on the machine. */
export async function ask(asked: Asked = {}, source: keyof typeof SOURCES = 'puppet') {
  const { host, notices, waits } = testHost(asked.now ?? '2026-06-01T00:00:00Z')
  const signal = asked.signal ?? new AbortController().signal
  const system: System = {
    ...nodeSystem(),
    env: { USER: 'rip' },
    home: '/nonexistent',
    hostname: 'ops1.example.net',
    cwd: '/nonexistent',
    root: false,
    srv: async () => [],
    ...asked.system,
  }
  let findings: ReadonlyMap<string, Finding> | undefined
  const open = async () => {
    const options = { ssldir: `${TLS}ssl`, ...asked.options }
    const opened = await SOURCES[source](() => system).open(options, host, { signal })
    const graph = await opened.environment(asked.environment, { signal })
    findings = opened.findings?.()
    return graph
  }
  const [result] = await Promise.allSettled([open()])
  return { result, notices, waits, findings }
}

/** The environment that the source gives. */
export async function environment(
  asked: Asked,
  source?: keyof typeof SOURCES,
): Promise<Environment> {
  const { result } = await ask(asked, source)
  if (result.status === 'rejected') throw result.reason
  return result.value
}

export interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly place: string | undefined
  readonly exit: number
  readonly problems: readonly Problem[]
}

/** The coded error that the source fails with. */
export async function failure(asked: Asked, source?: keyof typeof SOURCES): Promise<Failure> {
  const { result } = await ask(asked, source)
  if (result.status === 'fulfilled') throw new Error(`No failure: ${JSON.stringify(result.value)}`)
  return result.reason as Failure
}

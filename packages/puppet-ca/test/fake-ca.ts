import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { keyOfRequest } from '../src/request.js'

/** The throwaway certificates; make-certificates.sh above them says what each is. */
const TLS = fileURLToPath(new URL('../../puppet-identity/test/fixtures/tls/', import.meta.url))
export const fixture = (name: string): string => readFileSync(`${TLS}${name}`, 'utf8')

export const CA = fixture('ssl/certs/ca.pem')
export const LISTS = fixture('ssl/crl.pem')
export const certificateOf = (name: string): string => fixture(`ssl/certs/${name}.pem`)
export const keyOf = (name: string): string => fixture(`ssl/private_keys/${name}.pem`)

/** A Puppet CA that answers as puppetserver 7.9.5 does, and signs by giving out what was signed long ago. */
export interface FakeCa {
  readonly port: number
  /** Requests that wait, by name. */
  readonly waiting: Map<string, string>
  /** Certificates that were signed, by name. */
  readonly signed: Map<string, string>
  /** Names whose certificate was revoked. */
  readonly revoked: Set<string>
  /** Text of a refusal of any request; undefined: they are taken. */
  refusal: string | undefined
  /** Whether a request is signed at once. */
  autosign: boolean
  /** The bundle that is given out. */
  ca: string
  /** Method and path of each request. */
  readonly asked: string[]
  sign(name: string, certificate?: string): void
  close(): Promise<void>
}

type Reply = readonly [status: number, text: string]

const missing = (what: string): Reply => [404, `Could not find ${what}`]

export async function fakeCa(): Promise<FakeCa> {
  const pem = fixture('server/puppet.pem')
  const server: Server = createServer({ cert: pem, key: pem }, (request, response) => {
    let body = ''
    request.on('data', (bytes: Buffer) => (body += bytes.toString()))
    request.on('end', () => {
      const { method = '', url = '' } = request
      ca.asked.push(`${method} ${url}`)
      void reply(method, url, body).then(([status, text]) => {
        response.writeHead(status, { 'content-type': 'text/plain' })
        response.end(text)
      })
    })
  })
  const found = (text: string | undefined, what: string): Reply =>
    text === undefined ? missing(what) : [200, text]
  async function reply(method: string, url: string, body: string): Promise<Reply> {
    const [, what = '', name = ''] = /^\/puppet-ca\/v1\/(\w+)\/([^?]+)/.exec(url) ?? []
    if (what === 'certificate' && name === 'ca') return [200, ca.ca]
    if (what === 'certificate_revocation_list') return [200, LISTS]
    if (what === 'certificate') return found(ca.signed.get(name), `certificate ${name}`)
    if (what !== 'certificate_request') return missing(url)
    if (method === 'GET') return found(ca.waiting.get(name), `certificate_request ${name}`)
    return put(name, body)
  }
  async function put(name: string, body: string): Promise<Reply> {
    const already = (how: string): Reply => [
      400,
      `${name} already has a ${how} certificate; ignoring certificate request`,
    ]
    if (ca.revoked.has(name)) return already('revoked')
    if (ca.signed.has(name)) return already('signed')
    if (ca.waiting.has(name)) return already('requested')
    if (ca.refusal !== undefined) return [400, ca.refusal]
    if ((await keyOfRequest(body)) === undefined) return [500, 'Internal Server Error: no request']
    ca.waiting.set(name, body)
    if (ca.autosign) ca.sign(name)
    return [200, '']
  }
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const ca: FakeCa = {
    port: (server.address() as AddressInfo).port,
    waiting: new Map(),
    signed: new Map(),
    revoked: new Set(),
    refusal: undefined,
    autosign: true,
    ca: CA,
    asked: [],
    sign(name, certificate = certificateOf(name)) {
      ca.signed.set(name, certificate)
      ca.waiting.delete(name)
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return ca
}

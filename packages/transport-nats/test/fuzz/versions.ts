import { generateKeyPairSync, hash, sign, type KeyObject } from 'node:crypto'
import { decodeV1 } from '../../src/wire/v1/reply.js'
import { publicHex } from '../../src/wire/v2/keys.js'
import { decodeV2 } from '../../src/wire/v2/reply.js'
import { createTrust } from '../../src/wire/v2/trust.js'
import type { Decoded } from '../../src/wire/wire.js'

export const NODES = ['n0.example.net', 'n1.example.net', 'n2.example.net']

/** What a node says to a request. */
export interface Said {
  readonly id: string
  readonly sender: string
  readonly agent: string
  readonly body: string
}

export type Document = Readonly<Record<string, unknown>>

/** Changes to documents, made before what is around them is hashed and signed. */
export interface Layers {
  readonly transport?: (document: Document) => Document
  readonly secure?: (document: Document) => Document
  readonly reply?: (document: Document) => Document
}

/** How one version of the protocol wraps what is said. */
export interface Version {
  readonly name: 'v1' | 'v2'
  decode(payload: Uint8Array): Decoded
  wrap(said: Said, layers?: Layers): Buffer
}

const as = (document: Document): Document => document
const base64 = (document: unknown): string =>
  Buffer.from(JSON.stringify(document)).toString('base64')

export const v1: Version = {
  name: 'v1',
  decode: decodeV1,
  wrap({ id, sender, agent, body }, { transport = as, secure = as, reply = as } = {}) {
    const envelope = { requestid: id, senderid: sender, agent, time: 1 }
    const message = JSON.stringify(reply({ protocol: 'choria:reply:1', message: body, envelope }))
    const digest = hash('sha256', message, 'base64')
    const inner = secure({ protocol: 'choria:secure:reply:1', message, hash: digest })
    const outer = { protocol: 'choria:transport:1', data: base64(inner), headers: {} }
    return Buffer.from(JSON.stringify(transport(outer)))
  },
}

const issuer = generateKeyPairSync('ed25519')
const keys = NODES.map(() => generateKeyPairSync('ed25519').privateKey)
const tokens = NODES.map((identity, index) => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const public_key = publicHex(keys[index] as KeyObject)
  const claims = { purpose: 'choria_server', identity, public_key, ou: 'choria', iss: 'lab' }
  const signed = `${part({ alg: 'EdDSA' })}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), issuer.privateKey).toString('base64url')}`
})
const trust = createTrust({ issuers: new Map([['choria', issuer.publicKey]]), signers: [] })

export const v2: Version = {
  name: 'v2',
  decode: (payload) => decodeV2(payload, { trust, unsigned: 'refuse' }, 0),
  wrap({ id, sender, agent, body }, { transport = as, secure = as, reply = as } = {}) {
    const message = Buffer.from(body).toString('base64')
    const protocol = 'io.choria.protocol.v2'
    const document = { protocol: `${protocol}.reply`, message, request: id, sender, agent, time: 1 }
    // A stranger signs as node 0, which it is not.
    const signer = Math.max(0, NODES.indexOf(sender))
    const bytes = Buffer.from(JSON.stringify(reply(document)))
    const inner = secure({
      protocol: `${protocol}.secure_reply`,
      reply: bytes.toString('base64'),
      hash: hash('sha256', bytes, 'base64'),
      signature: sign(null, bytes, keys[signer] as KeyObject).toString('base64'),
      sender: tokens[signer],
    })
    const outer = { protocol: `${protocol}.transport`, data: base64(inner), headers: {} }
    return Buffer.from(JSON.stringify(transport(outer)))
  },
}

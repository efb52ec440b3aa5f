import { hash, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ISSUER_SEED, NOW } from '../../test/broker/client.js'
import { certificate, decoded, layers, recorded, type Message } from '../../test/broker/recorded.js'
import { DAMAGES, type Damage } from '../fleet/treatment.js'
import { ANY } from './filter.js'
import { serverWireV1 } from './v1/wire.js'
import { readJwt } from './v2/jwt.js'
import { pairOfSeed, publicKeyOf } from './v2/keys.js'
import { createMint } from './v2/tokens.js'
import { serverWireV2 } from './v2/wire.js'
import type { Genuine, WireReply } from './wire.js'

const NODE = 'node2.example.net'
const issuer = pairOfSeed(ISSUER_SEED)!
const mint = createMint(issuer, ISSUER_SEED, 'choria', NOW)
const wires = { v1: serverWireV1(certificate('ca')), v2: serverWireV2(issuer, mint) }

/** The reply that a real server gave, said again by a simulated one. */
function again(name: string, damage?: Damage): readonly [Message, Uint8Array] {
  const version = name.slice(0, 2) as 'v1' | 'v2'
  const golden = recorded(name).replies.find(({ headers }) =>
    [headers['mc_sender'], headers['sender']].includes(NODE),
  )!
  const inner = layers(golden)[2] as Readonly<Record<string, never>>
  const { requestid, agent, time } = version === 'v1' ? inner['envelope']! : inner
  const reply: WireReply = {
    request: {
      ...{ dropped: false, caller: '', collective: '', replyTo: '', body: '', time: 0, ttl: 0 },
      id: requestid ?? (inner['request'] as unknown as string),
      agent: agent as unknown as string,
      filter: ANY,
    } as Genuine,
    node: NODE,
    body: version === 'v1' ? inner['message']! : decoded(inner['message']),
    time: version === 'v1' ? time! * 1000 : time! / 1e6,
    damage,
  }
  return [golden, wires[version].reply(reply)]
}

/** What is told of the way over the brokers, and v2 times finer than a millisecond, are not ours to repeat. */
const HOPS = ['seen-by', 'trace']

describe.each(['v1/status', 'v1/ping', 'v1/disable', 'v1/runonce'])('%s', (name) => {
  it('is answered byte for byte as a real server does, but for the hops', () => {
    const [golden, reply] = again(name)
    const [transport] = layers(reply)
    expect(transport?.['data']).toBe(golden.data)
    expect(shape(transport)).toEqual(shape(golden))
  })
})

describe.each(['v2/status', 'v2/ping', 'v2/disable'])('%s', (name) => {
  it('is answered with the members of a real reply, in their order', () => {
    const [golden, reply] = again(name)
    const ours = layers(reply)
    layers(golden).forEach((layer, index) => expect(shape(ours[index])).toEqual(shape(layer)))
    expect({ ...ours[2], time: 0 }).toEqual({ ...layers(golden)[2], time: 0 })
  })

  it('is signed by the node, whose token is of the issuer', () => {
    const [, secure] = layers(again(name)[1]) as readonly Readonly<Record<string, string>>[]
    const token = readJwt(secure?.['sender'] ?? '')
    expect(token?.claims).toMatchObject({
      identity: NODE,
      purpose: 'choria_server',
      ou: 'choria',
      collectives: ['choria'],
    })
    expect(token?.signedBy(issuer.key)).toBe(true)
    const reply = Buffer.from(secure?.['reply'] ?? '', 'base64')
    const signature = Buffer.from(secure?.['signature'] ?? '', 'base64')
    expect(verify(null, reply, publicKeyOf(token?.claims['public_key'])!, signature)).toBe(true)
    expect(secure?.['hash']).toBe(hash('sha256', reply, 'base64'))
  })
})

function shape(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return typeof value
  return Object.entries(value).map(([name, one]) => [name, HOPS.includes(name) || shape(one)])
}

describe.each(['v1', 'v2'] as const)('a damaged reply of %s', (version) => {
  const damaged = (how: Damage): string =>
    Buffer.from(again(`${version}/status`, how)[1]).toString('latin1')
  const secure = (how: Damage): Readonly<Record<string, string>> =>
    layers(again(`${version}/status`, how)[1])[1] as never
  const good = Buffer.from(again(`${version}/status`)[1]).toString('latin1')

  it('differs from the good one, each in its own way', () => {
    const all = DAMAGES.map(damaged)
    expect(all).not.toContain(good)
    // v1 has no signature to get wrong.
    expect(new Set(all).size).toBe(version === 'v1' ? all.length - 1 : all.length)
  })

  it('corrupted: of the same length', () => {
    expect(damaged('corrupted')).toHaveLength(good.length)
    expect(damaged('corrupted')).toContain('\xff')
  })

  it('truncated, and no JSON at all', () => {
    expect(good.startsWith(damaged('truncated'))).toBe(true)
    expect(() => JSON.parse(damaged('not-json')) as unknown).toThrow()
  })

  it('of another request, or from a node that was not asked, with a good hash', () => {
    for (const how of ['wrong-request-id', 'wrong-sender'] as const) {
      const { message, reply, hash: said } = secure(how)
      const bytes = message === undefined ? Buffer.from(reply!, 'base64') : Buffer.from(message)
      expect(said).toBe(hash('sha256', bytes, 'base64'))
    }
    expect(JSON.stringify(layers(again(`${version}/status`, 'wrong-sender')[1])[2])).toContain(
      `"impostor-${NODE}"`,
    )
  })

  it('without what proves it', () => {
    const bare = version === 'v1' ? 'hash' : 'signature'
    expect(secure('unsigned')).not.toHaveProperty(bare)
  })
})

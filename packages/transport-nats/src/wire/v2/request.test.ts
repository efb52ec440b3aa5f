import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dataOf, recorded } from '../../../test/recorded.js'
import { tokenSigner } from '../../signer/token.js'
import { requestBody } from '../rpc-body.js'
import { wireV2 } from './wire.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const operator = { caller: 'up=deploy', text: 'a.b.c', validUntil: Infinity, key: privateKey }

function requestOf(transport: { data: string }): {
  text: string
  request: Record<string, unknown>
} {
  const text = Buffer.from(dataOf(transport)['request'] as string, 'base64').toString()
  return { text, request: JSON.parse(text) }
}

describe('a v2 request', () => {
  it('is, but for token and key, what real servers accepted', async () => {
    const golden = recorded('v2/status').request
    const { text, request } = requestOf(golden)
    const wire = wireV2(tokenSigner(operator), 'ops1.example.net', undefined, { now: () => 0 })
    const bytes = await wire.encode(
      {
        id: request['id'] as string,
        agent: 'puppet',
        filterAgent: 'puppet',
        collective: 'choria',
        body: requestBody('puppet', 'status', {}),
        replyTo: golden.headers['reply'] as string,
        time: Math.round((request['time'] as number) / 1e6),
        ttl: 60,
      },
      { signal: new AbortController().signal },
    )
    const transport = JSON.parse(Buffer.from(bytes).toString())
    expect({ ...transport, data: '' }).toEqual({ ...golden, data: '' })
    expect(requestOf(transport).text).toBe(text)
    const secure = dataOf(transport)
    expect(Object.keys(secure)).toEqual(Object.keys(dataOf(golden)))
    expect(secure['caller']).toBe('a.b.c')
    const signature = Buffer.from(secure['signature'] as string, 'base64')
    expect(verify(null, Buffer.from(text), publicKey, signature)).toBe(true)
  })
})

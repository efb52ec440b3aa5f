import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dataOf, recorded } from '../../../test/recorded.js'
import { x509Signer } from '../../signer/x509.js'
import { PING_BODY, requestBody } from '../rpc-body.js'
import type { Outgoing } from '../wire.js'
import { wireV1 } from './wire.js'

const call = { signal: new AbortController().signal }
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const signer = x509Signer({
  certname: 'deploy.mcollective',
  certificate: '-----BEGIN CERTIFICATE-----\nnot looked at\n-----END CERTIFICATE-----\n',
  key: { reveal: () => privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
  keyFile: 'deploy.pem',
})

/** What was asked in a recorded request that real servers answered. */
function asked(name: string): { outgoing: Outgoing; request: string } {
  const transport = recorded(`v1/${name}`).request
  const request = dataOf(transport)['message'] as string
  const { message, envelope } = JSON.parse(request)
  return {
    request,
    outgoing: {
      id: envelope.requestid,
      agent: envelope.agent,
      filterAgent: envelope.filter.agent[0],
      collective: envelope.collective,
      body: message,
      replyTo: transport.headers['reply-to'] as string,
      time: envelope.time * 1000 + 999,
      ttl: envelope.ttl,
    },
  }
}

describe('a request', () => {
  it.each(['status', 'disable', 'runonce', 'ping'])(
    '%s is, but for key and certificate, what real servers accepted',
    async (name) => {
      const { outgoing, request } = asked(name)
      const bytes = await wireV1(signer, 'ops1.example.net').encode(outgoing, call)
      const transport = JSON.parse(Buffer.from(bytes).toString())
      const golden = recorded(`v1/${name}`).request
      expect({ ...transport, data: '' }).toEqual({ ...golden, data: '' })
      const secure = dataOf(transport)
      expect(secure['message']).toBe(request)
      expect(Object.keys(secure)).toEqual(Object.keys(dataOf(golden)))
    },
  )

  it('is signed over the bytes of its text', async () => {
    const { outgoing } = asked('status')
    const bytes = await wireV1(signer, 'ops1.example.net').encode(outgoing, call)
    const { message, signature } = dataOf(JSON.parse(Buffer.from(bytes).toString()))
    const good = verify(
      'RSA-SHA256',
      Buffer.from(message as string),
      publicKey,
      Buffer.from(signature as string, 'base64'),
    )
    expect(good).toBe(true)
  })

  it('carries bodies as they are', () => {
    const body = (name: string): string => JSON.parse(asked(name).request).message
    expect(body('ping')).toBe(PING_BODY)
    expect(body('status')).toBe(requestBody('puppet', 'status', {}))
  })
})

describe('a key', () => {
  it('that is not RSA is refused: no server verifies it', () => {
    const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = ec.export({ type: 'pkcs8', format: 'pem' }) as string
    const open = (): unknown =>
      x509Signer({ certname: 'x', certificate: '', key: { reveal: () => pem }, keyFile: 'ec.pem' })
    expect(open).toThrow('The private key ec.pem is of type ec, not RSA')
  })
})

import { describe, expect, it } from 'vitest'
import { certificate, bytes, fixture, layers, recorded } from '../../../test/broker/recorded.js'
import { ID, NOW, REPLY_TO, v1Request, type V1Change } from '../../../test/broker/client.js'
import { callersOf } from './callers.js'
import { readV1 } from './request.js'

const callers = callersOf(certificate('ca'))
const read = (change: V1Change, now = NOW): unknown => readV1(v1Request(change), callers, now)

describe('requests that real clients sent and real servers took', () => {
  it.each(['status', 'disable', 'runonce', 'ping'])('%s', (name) => {
    const { request } = recorded(`v1/${name}`)
    const { envelope, message } = layers(request)[2] as Record<string, Record<string, number>>
    const at = (envelope?.['time'] ?? 0) * 1000
    expect(readV1(bytes(request), callersOf(fixture('choria/v1/ca.pem')), at)).toMatchObject({
      dropped: false,
      id: envelope?.['requestid'],
      agent: name === 'ping' ? 'discovery' : 'puppet',
      caller: 'choria=deploy.mcollective',
      body: name === 'ping' ? 'ping' : message,
      replyTo: request.headers['reply-to'],
      time: at,
      ttl: 60_000,
    })
  })

  it("what Choria's own client publishes", () => {
    const { request } = recorded('v1/go_client_request')
    const at = 1_795_343_264_000
    // It was recorded under a CA that was not kept: its certificate is its own anchor here.
    const own = callersOf(layers(request)[1]?.['pubcert'] as string)
    expect(readV1(bytes(request), own, at)).toMatchObject({
      dropped: false,
      agent: 'rpcutil',
      body: '{"agent":"rpcutil","action":"ping","data":{}}',
      caller: 'choria=deploy.mcollective',
      filter: { agent: ['rpcutil'], identity: [], unanswerable: false },
      time: at,
    })
    const other = callersOf(fixture('choria/v1/ca.pem'))
    expect(readV1(bytes(request), other, at)).toMatchObject({ dropped: 'certificate' })
  })
})

describe('a v1 request', () => {
  it('is taken when all is right', () => {
    expect(read({})).toEqual({
      dropped: false,
      id: ID,
      agent: 'puppet',
      caller: 'choria=deploy.mcollective',
      collective: 'mcollective',
      replyTo: REPLY_TO,
      filter: { identity: [], agent: [], unanswerable: false },
      body: '{"agent":"puppet","action":"status","data":{}}',
      time: NOW,
      ttl: 60_000,
    })
  })

  it('may be decoded by servers against the will of its sender: what looks like base64 is', () => {
    expect(read({ message: 'cGluZw==' })).toMatchObject({ body: 'ping' })
    expect(read({ message: 'ping' })).not.toMatchObject({ body: 'ping' })
    expect(read({ message: '"ping"' })).toMatchObject({ body: '"ping"' })
  })

  it.each<[string, V1Change]>([
    ['an unknown protocol', { transport: { protocol: 'choria:transport:2' } }],
    ['no reply subject', { transport: { headers: {} } }],
    ['data that is no base64', { transport: { data: '?' } }],
    ['another secure document', { secure: { protocol: 'choria:secure:reply:1' } }],
    ['an empty signature', { secure: { signature: '' } }],
    ['no certificate', { secure: { pubcert: undefined } }],
    ['a short id', { envelope: { requestid: '0123' } }],
    ['no agent', { envelope: { agent: '' } }],
    ['no sender', { envelope: { senderid: undefined } }],
    ['a ttl of 29 s', { envelope: { ttl: 29 } }],
    ['a ttl that is a text', { envelope: { ttl: '60' } }],
    ['no time', { envelope: { time: undefined } }],
    ['no filter', { envelope: { filter: undefined } }],
    ['a filter without its lists', { envelope: { filter: { agent: [] } } }],
    ['an empty body', { message: '' }],
  ])('is dropped as malformed with %s', (_name, change) => {
    expect(read(change)).toMatchObject({ dropped: 'malformed', detail: expect.any(String) })
  })

  it('is dropped when it is no JSON at all', () => {
    for (const text of ['', 'no', '[]', 'null', '{']) {
      expect(readV1(Buffer.from(text), callers, NOW)).toMatchObject({ dropped: 'malformed' })
    }
  })

  it.each<[string, string, V1Change]>([
    ['signature', 'changed after signing', { secure: { message: changed() } }],
    ['signature', 'with a signature that is no base64', { secure: { signature: '???' } }],
    ['certificate', 'with a certificate of another CA', { as: 'foreign' }],
    ['certificate', 'with a certificate that is none', { secure: { pubcert: 'insecure' } }],
    [
      'certificate',
      'with a certificate for servers',
      { as: 'server-only', envelope: { callerid: 'choria=web.mcollective' } },
    ],
    [
      'certificate',
      'with an elliptic key',
      { as: 'elliptic', envelope: { callerid: 'choria=elliptic.mcollective' } },
    ],
    ['caller', 'of somebody else', { envelope: { callerid: 'choria=other.mcollective' } }],
    ['caller', 'of no certificate name', { envelope: { callerid: 'deploy.mcollective' } }],
    [
      'caller',
      'of a host, which is not on the list',
      { as: 'stranger', envelope: { callerid: 'choria=ops1.example.net' } },
    ],
  ])('is dropped for its %s: %s', (why, _name, change) => {
    expect(read(change)).toMatchObject({ dropped: why })
  })

  it('may speak for anybody with a privileged certificate', () => {
    expect(read({ as: 'privileged' })).toMatchObject({ caller: 'choria=deploy.mcollective' })
  })

  it('may come with the certificates between it and the CA', () => {
    const envelope = { callerid: 'choria=below.mcollective' }
    expect(read({ as: 'below', envelope })).toMatchObject({ dropped: false })
    const [leaf] = certificate('below').split(/(?<=-----END CERTIFICATE-----)/)
    expect(read({ as: 'below', envelope, secure: { pubcert: leaf } })).toMatchObject({
      dropped: 'certificate',
    })
  })

  it('is dropped outside the time of its certificate', () => {
    const change = { as: 'expired', envelope: { callerid: 'choria=expired.mcollective' } }
    expect(read(change, Date.UTC(2026, 10, 22, 20))).toMatchObject({ dropped: false })
    expect(read(change, Date.UTC(2026, 10, 24))).toMatchObject({ dropped: 'certificate' })
    expect(read(change, Date.UTC(2026, 10, 20))).toMatchObject({ dropped: 'certificate' })
  })
})

function changed(): string {
  const secure = layers(v1Request())[1] as { readonly message: string }
  return secure.message.replace('status', 'runonce')
}

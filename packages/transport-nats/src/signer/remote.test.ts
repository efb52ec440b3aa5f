import { generateKeyPairSync, verify } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { httpPost } from './post.js'
import { remoteSigner } from './remote.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const token = { caller: 'up=ann', text: 'a.b.c', validUntil: Infinity, key: privateKey }
const call = { signal: new AbortController().signal }

const more = {
  ...{ collective: 'c', agent: 'puppet', ttl: 60, time: 1_795_342_000 },
  filter: { fact: [], cf_class: [], agent: ['puppet'], identity: [], compound: [] },
}
const envelope = { requestid: 'id', callerid: 'up=ann', ...more }
const inner = { message: 'Ym9keQ==', id: 'id', caller: 'up=ann', ...more }
const v1 = JSON.stringify({ message: 'body', envelope })
const v2 = JSON.stringify(inner)
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64')

let server: Server | undefined
afterEach(() => server?.close())

/** A service on this machine; what it was asked last is in `asked`. */
async function service(status: number, answer: unknown): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      asked.push(body)
      response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  })
  const { promise, resolve } = withResolvers()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign`, asked }
}

/** What the signer makes of this secure request of its service. */
async function answer(version: 'v1' | 'v2', secure: object): Promise<string> {
  const { url } = await service(200, { secure_request: base64(secure) })
  const signer = remoteSigner({ url, token, version, post: httpPost([]) })
  return signer.secure(version === 'v1' ? v1 : v2, call)
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((done) => (resolve = done))
  return { promise, resolve }
}

describe('a signing service', () => {
  it('gets the request, the token and the signature of its key; v1: its answer goes out as it came', async () => {
    const secure = { message: v1, signature: 'theirs', pubcert: 'theirs' }
    const { url, asked } = await service(200, { secure_request: base64(secure), error: '' })
    const signer = remoteSigner({ url, token, version: 'v1', post: httpPost([]) })
    expect(signer.caller).toBe('up=ann')
    expect(JSON.parse(await signer.secure(v1, call))).toEqual(secure)
    const question = JSON.parse(asked[0] as string)
    expect(question).toMatchObject({ token: 'a.b.c' })
    expect(Buffer.from(question.request, 'base64').toString()).toBe(v1)
    const signature = Buffer.from(question.signature, 'hex')
    expect(verify(null, Buffer.from(v1), publicKey, signature)).toBe(true)
  })

  it('v2: our token is filled in as the caller', async () => {
    const request = Buffer.from(v2).toString('base64')
    const secure = { request, signature: 'theirs', signer: 'their token' }
    const { url } = await service(200, { secure_request: base64(secure) })
    const signer = remoteSigner({ url, token, version: 'v2', post: httpPost([]) })
    expect(JSON.parse(await signer.secure(v2, call))).toEqual({ ...secure, caller: 'a.b.c' })
  })

  const other = JSON.stringify({ ...JSON.parse(v1), message: 'another body' })
  const refused = 'transport-signer-failed'
  it.each([
    ['says no', 200, { error: 'not allowed' }, 'v1', 'not allowed'],
    ['says no with a status', 403, { error: 'not allowed' }, 'v1', 'not allowed'],
    ['fails', 500, 'oops', 'v1', 'HTTP status 500'],
    ['answers nonsense', 200, 'oops', 'v1', 'something else'],
    [
      'signs another request',
      200,
      { secure_request: base64({ message: other }) },
      'v1',
      'something else',
    ],
    [
      'leaves its token out',
      200,
      { secure_request: base64({ request: Buffer.from(v2).toString('base64') }) },
      'v2',
      'no token',
    ],
  ] as const)(
    'that %s: refused, nothing is sent',
    async (_name, status, answer, version, reason) => {
      const { url } = await service(status, answer)
      const signer = remoteSigner({ url, token, version, post: httpPost([]) })
      const attempt = signer.secure(version === 'v1' ? v1 : v2, call)
      await expect(attempt).rejects.toMatchObject({ code: refused, place: url })
      await expect(attempt).rejects.toThrow(reason)
    },
  )

  const wider = { ...more.filter, agent: [] }
  it.each([
    { requestid: 'other' },
    { callerid: 'up=bob' },
    { callerid: undefined },
    { collective: 'd' },
    { agent: 'shell' },
    { ttl: 86_400 },
    { time: more.time + 3_600 },
    { filter: wider },
    { filter: undefined },
  ])('v1: that signs with %j instead: refused', async (change) => {
    const message = JSON.stringify({ message: 'body', envelope: { ...envelope, ...change } })
    await expect(answer('v1', { message })).rejects.toMatchObject({ code: refused })
  })

  it.each([
    { message: 'b3RoZXI=' },
    { id: 'other' },
    { caller: 'up=bob' },
    { caller: undefined },
    { collective: 'd' },
    { agent: 'shell' },
    { ttl: 86_400 },
    { time: more.time + 3_600 },
    { filter: wider },
    { filter: undefined },
  ])('v2: that signs with %j instead: refused', async (change) => {
    const request = base64({ ...inner, ...change })
    const attempt = answer('v2', { request, signer: 'their token' })
    await expect(attempt).rejects.toMatchObject({ code: refused })
  })

  it('may write the request anew, in another order', async () => {
    const backwards = (value: object): object => Object.fromEntries(Object.entries(value).reverse())
    const filter = backwards(more.filter)
    const message = JSON.stringify({
      envelope: backwards({ ...envelope, filter }),
      message: 'body',
    })
    await expect(answer('v1', { message })).resolves.toContain('envelope')
    const request = base64(backwards({ ...inner, filter }))
    await expect(answer('v2', { request, signer: 'theirs' })).resolves.toContain('signer')
  })

  it('that is not there: refused', async () => {
    const { url } = await service(200, {})
    server?.close()
    const signer = remoteSigner({ url, token, version: 'v1', post: httpPost([]) })
    await expect(signer.secure(v1, call)).rejects.toMatchObject({ code: refused })
  })
})

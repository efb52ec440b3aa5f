import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { dataOf, recorded, wireBytes, type TransportMessage } from '../../../test/recorded.js'
import { readReplyBody } from '../rpc-body.js'
import { decodeV1 } from './reply.js'

const [status] = recorded('v1/status').replies as [TransportMessage]

/** A reply with other layers, its hash right unless given. */
function forged(
  change: { transport?: object; secure?: object; reply?: object; message?: string } = {},
): Buffer {
  const secure = dataOf(status)
  const reply = { ...JSON.parse(secure['message'] as string), ...change.reply }
  const message = change.message ?? JSON.stringify(reply)
  const hash = createHash('sha256').update(message).digest('base64')
  const outer = { ...secure, message, hash, ...change.secure }
  const data = Buffer.from(JSON.stringify(outer)).toString('base64')
  return Buffer.from(JSON.stringify({ ...status, data, ...change.transport }))
}

describe('replies that real Choria servers sent', () => {
  it.each([
    ['status', 0, 'OK'],
    ['status_applying', 0, 'OK'],
    ['disable', 0, 'OK'],
    ['disable_again', 1, 'Could not disable Puppet: Already disabled'],
    ['enable', 0, 'OK'],
    ['enable_again', 1, 'Could not enable Puppet: Already enabled'],
    ['runonce', 0, 'OK'],
    ['last_run_summary', 0, 'OK'],
    ['unknown_action', 2, expect.stringContaining('nknown action')],
    ['bad_input_shell', 1, expect.stringContaining('Validation failed')],
  ])('%s: statuscode %i', (name, code, text) => {
    const { request, replies } = recorded(`v1/${name}`)
    const asked = JSON.parse(dataOf(request)['message'] as string)
    expect(replies.length).toBeGreaterThan(0)
    for (const message of replies) {
      const decoded = decodeV1(wireBytes(message))
      expect(decoded).toMatchObject({
        ok: true,
        reply: {
          request: asked.envelope.requestid,
          sender: message.headers['mc_sender'],
          agent: 'puppet',
        },
      })
      if (decoded.ok) expect(readReplyBody(decoded.reply.body)).toMatchObject({ code, text })
    }
  })

  it('denied by policy: code 1, data an object', () => {
    const replies = recorded('v1/policy_disable').replies.map((message) => {
      const decoded = decodeV1(wireBytes(message))
      return decoded.ok ? [decoded.reply.sender, readReplyBody(decoded.reply.body)] : undefined
    })
    const text = 'You are not authorized to call this agent or action'
    expect(Object.fromEntries(replies.map((reply) => reply ?? []))).toEqual({
      'node1.example.net': { code: 1, text, data: {} },
      'node2.example.net': expect.objectContaining({ code: 0 }),
      'node3.example.net': { code: 1, text, data: {} },
    })
  })

  it('ping: the bare text pong', () => {
    const bodies = recorded('v1/ping').replies.map((message) => decodeV1(wireBytes(message)))
    for (const decoded of bodies) {
      expect(decoded).toMatchObject({ ok: true, reply: { agent: 'discovery', body: 'pong' } })
    }
  })
})

describe('what spoils a reply', () => {
  it('a hash of something else', () => {
    expect(decodeV1(forged({ secure: { hash: 'x' } }))).toMatchObject({ flaw: 'hash' })
    expect(decodeV1(forged({ secure: { hash: undefined } }))).toMatchObject({ flaw: 'hash' })
    const changed = (dataOf(status)['message'] as string).replace('stopped', 'started')
    expect(decodeV1(forged({ secure: { message: changed } }))).toMatchObject({ flaw: 'hash' })
  })

  it.each([
    ['no JSON', Buffer.from('pong')],
    ['nothing', Buffer.alloc(0)],
    ['JSON, but no object', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ['another protocol', forged({ transport: { protocol: 'choria:transport:2' } })],
    ['data that are no text', forged({ transport: { data: 7 } })],
    ['data that hold no JSON', forged({ transport: { data: 'eA==' } })],
    ['a request in place of a reply', forged({ secure: { protocol: 'choria:secure:request:1' } })],
    ['a message that is no text', forged({ secure: { message: {} } })],
    ['an inner message that is no JSON', forged({ message: 'pong' })],
    ['no reply inside', forged({ reply: { protocol: 'choria:request:1' } })],
    ['no envelope', forged({ reply: { envelope: null } })],
    ['no sender', forged({ reply: { envelope: { requestid: 'x', agent: 'puppet' } } })],
  ])('%s', (_name, payload) => {
    expect(decodeV1(payload)).toMatchObject({ ok: false, flaw: 'malformed' })
  })
})

describe('what is borne', () => {
  it('line breaks in base64, fields nobody knows, no headers, a body that is an object', () => {
    const data = status.data.replace(/.{60}/g, '$&\n')
    const wrapped = Buffer.from(JSON.stringify({ ...status, data, headers: undefined, more: 1 }))
    expect(decodeV1(wrapped)).toMatchObject({ ok: true })
    const nested = decodeV1(forged({ reply: { message: { statuscode: 0 } } }))
    expect(nested.ok && readReplyBody(nested.reply.body)).toEqual({ code: 0, text: '', data: {} })
  })

  it('letters beyond ASCII, hashed as UTF-8', () => {
    const body = JSON.stringify({ statuscode: 1, statusmsg: 'ключ ✓ 🐘', data: null })
    const decoded = decodeV1(forged({ reply: { message: body } }))
    expect(decoded.ok && readReplyBody(decoded.reply.body)).toMatchObject({ text: 'ключ ✓ 🐘' })
  })
})

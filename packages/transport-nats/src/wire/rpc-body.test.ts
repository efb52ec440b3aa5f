import { describe, expect, it } from 'vitest'
import { PING_BODY, readReplyBody, requestBody } from './rpc-body.js'

describe('body of a request', () => {
  it('holds agent, action and inputs', () => {
    const body = requestBody('puppet', 'runonce', { noop: true })
    expect(body).toBe('{"agent":"puppet","action":"runonce","data":{"noop":true}}')
  })

  it('of a ping is base64, since a server decodes what decodes', () => {
    expect(Buffer.from(PING_BODY, 'base64').toString()).toBe('ping')
  })
})

describe('body of a reply', () => {
  const body = (data: string): string => `{"statuscode":0,"statusmsg":"OK","data":${data}}`

  it.each(['null', '"{}"', '{}'])('data %s are an empty object', (data) => {
    expect(readReplyBody(body(data))).toEqual({ code: 0, text: 'OK', data: {} })
  })

  it.each([
    ['pong'],
    [''],
    ['null'],
    ['[]'],
    ['{"statusmsg":"OK"}'],
    ['{"statuscode":"0"}'],
    ['{"statuscode":0.5}'],
    [undefined],
    [7],
  ])('%j is none', (text) => {
    expect(readReplyBody(text)).toBeUndefined()
  })

  it('of data too deep to walk is none', () => {
    expect(readReplyBody(body('['.repeat(498) + ']'.repeat(498)))).toBeDefined()
    expect(readReplyBody(body('['.repeat(100_000) + ']'.repeat(100_000)))).toBeUndefined()
  })

  it('brackets in texts do not count as depth', () => {
    const text = `{"statuscode":0,"statusmsg":${JSON.stringify('"\\['.repeat(500))}}`
    expect(readReplyBody(text)?.text).toHaveLength(1500)
  })
})

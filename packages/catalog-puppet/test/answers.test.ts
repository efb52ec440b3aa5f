import { describe, expect, it } from 'vitest'
import { answer, environment, failure, serve } from './server.js'

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' }
const EMPTY = '{"environment":"production","applications":{}}'

async function failed(reply: string | Buffer) {
  const { url } = await serve(reply)
  return failure({ options: { url } })
}

describe('the request', () => {
  it('is a GET of the environment, by default production, with the certificate of the operator', async () => {
    const server = await serve(answer('200 OK', JSON_TYPE, EMPTY))
    await environment({ options: { url: server.url } })
    expect(server.clients).toEqual(['rip.mcollective'])
    const [head] = server.requests
    expect(head).toMatch(/^GET \/puppet\/v3\/environment\/production HTTP\/1\.1\r\n/)
    expect(head).toMatch(/\r\naccept: application\/json\r\n/i)
    expect(head).not.toMatch(/x-puppet-version/i)
  })

  it.each(['bad-name', '', 'a/b', '..', 'a?b=c', 'é', 'a\r\nb'])(
    'is not made for an environment called %j',
    async (name) => {
      const server = await serve(answer('200 OK', JSON_TYPE, EMPTY))
      const found = await failure({ options: { url: server.url }, environment: name })
      expect(found).toMatchObject({ code: 'puppet-environment-name', place: '--environment' })
      expect(server.clients).toEqual([])
    },
  )
})

describe('a 200 that is no document', () => {
  it.each([
    ['cut JSON', JSON_TYPE, EMPTY.slice(0, -3), 'puppet-answer-malformed'],
    ['nothing', JSON_TYPE, '', 'puppet-answer-malformed'],
    ['JSON of another shape', JSON_TYPE, '[]', 'environment-invalid'],
    [
      'another environment',
      JSON_TYPE,
      '{"environment":"testing","applications":{}}',
      'puppet-answer-malformed',
    ],
    [
      'the page of a proxy',
      { 'Content-Type': 'text/html' },
      '<html><head><title>Please log in</title></head></html>',
      'puppet-answer-unexpected',
    ],
    ['no content type', {}, EMPTY, 'puppet-answer-unexpected'],
    [
      'compressed, unasked',
      { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
      'xx',
      'puppet-answer-unexpected',
    ],
  ])('%s', async (_, headers, body, code) => {
    const found = await failed(answer('200 OK', headers, body))
    expect(found.code).toBe(code)
    expect(found.hint).not.toBe('')
    expect(found.place).toBeDefined()
  })

  it('bytes that are no UTF-8', async () => {
    const head = answer('200 OK', { ...JSON_TYPE, 'Content-Length': '3' })
    const found = await failed(Buffer.concat([Buffer.from(head), Buffer.from([0x22, 0xe9, 0x22])]))
    expect(found.code).toBe('puppet-answer-malformed')
  })
})

describe('other answers', () => {
  it('400: the message of Puppet Server', async () => {
    const found = await failed(
      answer('400 Bad Request', {}, 'The environment must be purely alphanumeric'),
    )
    expect(found.code).toBe('puppet-request-rejected')
    expect(found.message).toContain('purely alphanumeric')
  })

  it('503 names when to come back', async () => {
    const found = await failed(
      answer('503 Service Unavailable', { 'Retry-After': '120' }, 'No JRuby'),
    )
    expect(found.code).toBe('puppet-busy')
    expect(found.message).toContain('No JRuby')
    expect(found.hint).toContain('in 120 s')
    expect((await failed(answer('503 Service Unavailable', {}))).hint).toContain('Try again')
  })

  it('404 that is neither JSON nor a page does not blame Puppet', async () => {
    const found = await failed(answer('404 Not Found', { 'Content-Type': 'text/plain' }, 'nope'))
    expect(found.code).toBe('puppet-answer-unexpected')
    expect(found.message).toContain('404')
  })

  it.each(['302 Found', '401 Unauthorized', '502 Bad Gateway', '204 No Content'])(
    '%s is not followed or believed',
    async (status) => {
      const server = await serve(answer(status, { Location: 'https://elsewhere.example.net/' }))
      const found = await failure({ options: { url: server.url } })
      expect(found.code).toBe('puppet-answer-unexpected')
      expect(server.requests).toHaveLength(1)
    },
  )

  it('a syntax error of Puppet 4 hints at app_management, with the place as that version writes it', async () => {
    const message = "Server Error: Syntax error at 'app1' at /etc/x/site.pp:3:7 on node pm"
    const found = await failed(
      answer(
        '500 Internal Server Error',
        { ...JSON_TYPE, 'X-Puppet-Version': '4.10.12' },
        JSON.stringify({ message, issue_kind: 'RUNTIME_ERROR' }),
      ),
    )
    expect(found).toMatchObject({ code: 'puppet-compile-failed', place: '/etc/x/site.pp:3:7' })
    expect(found.hint).toContain('app_management')
  })

  it('a 500 in bare text or HTML is shown too', async () => {
    expect((await failed(answer('500 Oops', {}, 'Internal Server Error: bang'))).message).toContain(
      'bang',
    )
    const page = '<html><title>Error 500 java.lang.OutOfMemoryError</title></html>'
    const found = await failed(answer('500 Oops', { 'Content-Type': 'text/html' }, page))
    expect(found.message).toContain('OutOfMemoryError')
    expect(found.message).not.toContain('<')
  })

  it('text of a server cannot write to the terminal and is cut', async () => {
    const evil = `\u001b[2J\u0007line\nother\u202e${'x'.repeat(100_000)}`
    const body = JSON.stringify({ message: evil, issue_kind: 'RUNTIME_ERROR' })
    const found = await failed(answer('500 Oops', JSON_TYPE, body))
    expect(found.message).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(found.message.length).toBeLessThan(2200)
  })

  it('what is not HTTP at all', async () => {
    expect((await failed('SSH-2.0-OpenSSH_9.2\r\n')).code).toBe('puppet-answer-unexpected')
  })
})

import { isCodedError, type CodedError } from '@choirmaster/core/provide'
import { describe, expect, it } from 'vitest'
import { readDocument, type DocumentOptions } from './index.js'

async function refusal(text: string, options: DocumentOptions): Promise<CodedError> {
  try {
    await readDocument(text, options)
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error(`accepted: ${text.slice(0, 80)}`)
}

const SITE = `# the site
applications:
  Lamp[app1]:
    Lamp::Mysql[app1]:
      node: dev1.example.net
      produces: ["Sql[app1]"]
    "Lamp::Web[app1-1]": { node: dev2.example.net, consumes: ["Sql[app1]"] }
`

describe('a YAML document', () => {
  it('that breaks off is told without the blank line on which it does', async () => {
    const { message } = await refusal('applications: [a,\n', { name: 'a.yaml' })
    expect(message).toMatch(/^a\.yaml is not valid YAML: /)
    expect(message).not.toContain('in ""')
    const json = await refusal('{"a": 1,\n', { name: 'a.json' })
    expect(json.message).not.toContain('in ""')
  })

  it('gives plain values', async () => {
    const { value } = await readDocument('a: 1\nb: [x, true, null]\nc: 2016-11-03\nd: yes\n', {
      name: 'a.yaml',
    })
    expect(value).toEqual({ a: 1, b: ['x', true, null], c: '2016-11-03', d: 'yes' })
  })

  it('tells where members and items stand, by steps, JSON path and pointer', async () => {
    const { locate } = await readDocument(SITE, { name: 'site.yaml' })
    expect(locate(['applications', 'Lamp[app1]'])).toBe('site.yaml:3:3')
    expect(locate('$.applications["Lamp[app1]"]["Lamp::Mysql[app1]"].produces[0]')).toBe(
      'site.yaml:6:18',
    )
    expect(locate('/applications/Lamp[app1]/Lamp::Web[app1-1]/node')).toBe('site.yaml:7:28')
    expect(locate('$')).toBe('site.yaml:2:1')
  })

  it('tells the nearest ancestor of what is not there', async () => {
    const { locate } = await readDocument(SITE, { name: 'site.yaml' })
    expect(locate('$.applications["Lamp[app1]"]["Lamp::Mysql[app1]"].consumes[3]')).toBe(
      'site.yaml:4:5',
    )
    expect(locate('$.applications["Lamp[app9]"]')).toBe('site.yaml:2:1')
    expect(locate('$.nothing')).toBe('site.yaml:2:1')
  })

  it('follows aliases to what they stand for', async () => {
    const { value, locate } = await readDocument('a: &x\n  k: 1\nb: *x\n', { name: 's.yaml' })
    expect(value).toEqual({ a: { k: 1 }, b: { k: 1 } })
    expect(locate('$.b.k')).toBe('s.yaml:2:3')
  })

  it('may use an anchor as often as a person would', async () => {
    const uses = Array.from({ length: 2000 }, (_, at) => `n${at}: *x`)
    const { value } = await readDocument(['x: &x [Sql]', ...uses].join('\n'), { name: 's.yaml' })
    expect((value as Record<string, unknown>).n1999).toEqual(['Sql'])
  })

  it('tolerates a byte order mark and CRLF', async () => {
    const { value, locate } = await readDocument('\ufeffa: 1\r\nb:\r\n  - x\r\n', {
      name: 's.yaml',
    })
    expect(value).toEqual({ a: 1, b: ['x'] })
    expect(locate('$.b[0]')).toBe('s.yaml:3:5')
  })

  it('is null when it is empty or holds comments only', async () => {
    expect((await readDocument('', { name: 's.yaml' })).value).toBeNull()
    expect((await readDocument('# nothing yet\n', { name: 's' })).value).toBeNull()
  })

  it('takes keys that look like numbers and words as strings', async () => {
    const { value } = await readDocument('1: a\ntrue: b\n~: c\n', { name: 's.yaml' })
    expect(value).toEqual({ '1': 'a', true: 'b', '~': 'c' })
  })

  it.each([
    ['a flow mapping', '{a: b}', { a: 'b' }],
    ['a flow mapping with a trailing comma', '{"a": 1,}', { a: 1 }],
  ])('may look like JSON: %s', async (_name, text, value) => {
    expect((await readDocument(text, { name: 'site.yaml' })).value).toEqual(value)
  })
})

describe('a JSON document', () => {
  it('is located without being parsed again', async () => {
    const text =
      '{"environment": "production",\n "applications": {"L[\\"x\\"]": {"a": [1, {"b": 2}]}}}'
    const { value, locate } = await readDocument(text, { name: 'site.json' })
    expect(value).toEqual({
      environment: 'production',
      applications: { 'L["x"]': { a: [1, { b: 2 }] } },
    })
    expect(locate('$.applications["L[\\"x\\"]"].a[1].b')).toBe('site.json:2:42')
    expect(locate(['applications', 'L["x"]', 'a', 0])).toBe('site.json:2:38')
    expect(locate('$.environment')).toBe('site.json:1:2')
    expect(locate('$.nothing')).toBe('site.json:1:1')
    expect(locate('$.applications["L[\\"x\\"]"].a[7]')).toBe('site.json:2:32')
  })

  it('is recognised whatever the file is called', async () => {
    const text = '{"a": {"b": "\\u00e9"}}'
    expect((await readDocument(text, { name: '/dev/stdin' })).value).toEqual({ a: { b: 'é' } })
  })

  it('may be nested as deeply as memory allows', async () => {
    const text = '['.repeat(20_000) + ']'.repeat(20_000)
    const { locate } = await readDocument(text, { name: 'deep.json' })
    expect(locate([0, 0, 0])).toBe('deep.json:1:4')
  })

  it('cannot reach the prototype of objects', async () => {
    for (const text of ['{"__proto__": {"polluted": true}}', '__proto__: {polluted: true}']) {
      const { value } = await readDocument(text, { name: 's' })
      expect(Object.keys(value as object)).toEqual(['__proto__'])
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
      expect((value as { polluted?: boolean }).polluted).toBeUndefined()
    }
  })
})

describe('a broken document', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 9; i++) {
    const [from, to] = ['abcdefghi'[i - 1], 'abcdefghi'[i]]
    laughs.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(', ')}]`)
  }

  it.each<[string, string, string, string, string]>([
    ['duplicate key', 's.yaml', 'a: 1\nb: 2\na: 3\n', 'document-duplicate-key', 's.yaml:3:1'],
    [
      'duplicate key in a flow',
      's.yaml',
      'a: {b: 1, b: 2}',
      'document-duplicate-key',
      's.yaml:1:11',
    ],
    [
      'duplicate key in JSON',
      's.json',
      '{"a": 1,\n"a": 2}',
      'document-duplicate-key',
      's.json:2:1',
    ],
    [
      'the same key, escaped',
      's.json',
      '{"a": 1, "\\u0061": 2}',
      'document-duplicate-key',
      's.json:1:10',
    ],
    [
      'duplicate key deep in JSON',
      's',
      '{"x": [{"a": 1, "a": 2}]}',
      'document-duplicate-key',
      's:1:17',
    ],
    ['compact mapping', 's.yaml', 'a: b: c\n', 'document-syntax', 's.yaml:1:4'],
    ['unclosed quote', 's.yaml', 'a: "x\n', 'document-syntax', 's.yaml:2:1'],
    ['unclosed flow list', 's.yaml', 'a: [x, y\n', 'document-syntax', 's.yaml:2:1'],
    ['tab as indentation', 's.yaml', 'a:\n\tb: 1\n', 'document-syntax', 's.yaml:2:1'],
    ['bad indentation', 's.yaml', 'a:\n  b: 1\n c: 2\n', 'document-syntax', 's.yaml:3:1'],
    ['complex key', 's.yaml', '? [a]\n: b\n', 'document-syntax', 's.yaml:1:3'],
    ['several documents', 's.yaml', 'a: 1\n---\nb: 2\n', 'document-several', 's.yaml:2:1'],
    ['unknown tag', 's.yaml', 'a: !ruby/object:X {}\n', 'document-tag', 's.yaml:1:4'],
    ['binary tag', 's.yaml', 'a: !!binary aGk=\n', 'document-tag', 's.yaml:1:13'],
    ['unset alias', 's.yaml', 'a: 1\nb: *x\n', 'document-alias', 's.yaml:2:4'],
    ['alias within itself', 's.yaml', 'a: &x\n  - *x\n', 'document-alias', 's.yaml:2:5'],
    ['billion laughs', 's.yaml', laughs.join('\n'), 'document-alias', 's.yaml'],
    ['deep flow', 's.yaml', '['.repeat(30_000), 'document-too-deep', 's.yaml:1:201'],
    ['deep flow without a name', 'in', '{"a":'.repeat(30_000), 'document-too-deep', 'in:1:1001'],
    ['deep block list', 's.yaml', '- '.repeat(20_000), 'document-too-deep', 's.yaml:1:1'],
    ['empty JSON', 's.json', '', 'document-syntax', 's.json:1:1'],
    ['trailing comma', 's.json', '{"a": 1,\n}', 'document-syntax', 's.json:2:1'],
    ['trailing comma in a list', 's.json', '[1, ]', 'document-syntax', 's.json:1:5'],
    ['truncated JSON', 's.json', '{"a": [1, 2', 'document-syntax', 's.json:1:12'],
    ['single quotes', 's.json', "{'a': 1}", 'document-syntax', 's.json:1:2'],
    ['missing colon', 's.json', '{"a" 1}', 'document-syntax', 's.json:1:6'],
    ['missing comma', 's.json', '{"a": 1 "b": 2}', 'document-syntax', 's.json:1:9'],
    ['bad escape', 's.json', '{"a": "\\x"}', 'document-syntax', 's.json:1:7'],
    ['line break in a string', 's.json', '{"a": "x\ny"}', 'document-syntax', 's.json:1:7'],
    ['unclosed string', 's.json', '{"a": "x', 'document-syntax', 's.json:1:7'],
    ['leading zero', 's.json', '{"a": 01}', 'document-syntax', 's.json:1:8'],
    ['a word', 's.json', 'hello', 'document-syntax', 's.json:1:1'],
    ['two values', 's.json', '{} {}', 'document-syntax', 's.json:1:4'],
    ['an HTML page as JSON', 's.json', '<html>', 'document-syntax', 's.json:1:1'],
  ])('is refused with its place: %s', async (_case, name, text, code, place) => {
    const error = await refusal(text, { name })
    expect({ code: error.code, place: error.place }).toEqual({ code, place })
    expect(error.exit).toBe(1)
    expect(error.hint).not.toBe('')
  })

  it('is too large as YAML', async () => {
    const text = `# ${'x'.repeat(17 * 1024 * 1024)}\na: 1`
    const error = await refusal(text, { name: 's.yaml' })
    expect(error.code).toBe('document-too-large')
    expect(error.hint).toContain('JSON')
  })

  it('shows the line, or the part of a long one', async () => {
    expect((await refusal('a: 1\nb: c: d\n', { name: 's.yaml' })).message).toContain('in "b: c: d"')
    const long = `{"a": "${'x'.repeat(1000)}" "b": 1}`
    expect((await refusal(long, { name: 's.json' })).message).toMatch(/in "…x{30,36}" "b": 1}"$/)
  })

  it('says that names with brackets need quotes within a flow list', async () => {
    const error = await refusal('produces: [Sql[app1]]\n', { name: 's.yaml' })
    expect(error.code).toBe('document-syntax')
    expect(error.hint).toContain('["Sql[app1]"]')
  })
})

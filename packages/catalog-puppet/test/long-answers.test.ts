import { expect, it } from 'vitest'
import { component } from './puppetdb-server.js'
import { answer, failure, serve } from './server.js'

/** 3,000 components, which are read in parts: when it shows that something is wrong, many have been taken. */
const LONG = JSON.stringify(
  Array.from({ length: 3_000 }, (_, n) => component(`dev${n}.example.net`, `Part[${n}]`)),
)
const JSON_TYPE = { 'Content-Type': 'application/json' }
const sent = (body: string, headers = {}) => answer('200 OK', { ...JSON_TYPE, ...headers }, body)
/** The first chunk of two. */
const chunk = (body: string): string => {
  const head = answer('200 OK', { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' })
  const plain = head.replace('Content-Length: 0\r\n', '')
  return `${plain}${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`
}
const noText = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return bytes.fill(0xff, bytes.lastIndexOf('site.pp'), bytes.lastIndexOf('.pp'))
}
it.each([
  ['cut between rows', sent(LONG.slice(0, LONG.lastIndexOf(',{'))), 'puppet-answer-malformed'],
  ['cut in a row', sent(LONG.slice(0, -40)), 'puppet-answer-malformed'],
  ['with more behind it', sent(`${LONG}${LONG}`), 'puppet-answer-malformed'],
  ['with a last row that is none', sent(LONG.replace(/]$/, ',7]')), 'puppet-answer-malformed'],
  [
    'with a first row that is none',
    sent(LONG.replace(/^(\[\{.*?\}),\{"c/, '$1,[],{"c')),
    'puppet-answer-malformed',
  ],
  ['with bytes that are no text', noText(sent(LONG)), 'puppet-answer-malformed'],
  [
    'lost on its way',
    sent(LONG, { 'Content-Length': String(LONG.length + 1) }),
    'puppet-connection-lost',
  ],
  ['lost between chunks', chunk(LONG), 'puppet-connection-lost'],
])('a long list %s gives no graph', async (_, reply, code) => {
  const { url } = await serve(reply)
  expect((await failure({ options: { url } }, 'puppetdb')).code).toBe(code)
})

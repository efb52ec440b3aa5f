import { expect, it } from 'vitest'
import { partsReader } from './json.js'

const header = (name: string): string => (name === 'content-type' ? 'application/json' : '')
const SOURCE = { server: 'puppetdb.example.net:8081', url: 'https://puppetdb.example.net:8081/' }

it('what is thrown by who takes the parts is thrown at the end, and no more is taken', () => {
  let taken = 0
  const parts = partsReader(() => {
    taken++
    throw new Error('no more')
  })
  const bytes = Buffer.from(JSON.stringify(Array.from({ length: 50_000 }, (_, n) => ({ n }))))
  const take = parts.reader({ status: 200, header })
  for (let at = 0; at < bytes.length; at += 65_536) take?.(bytes.subarray(at, at + 65_536))
  const answer = { status: 200, header, bytes: Buffer.alloc(0), size: bytes.length, cut: false }
  expect(() => parts.end(answer, SOURCE)).toThrow('no more')
  expect(taken).toBe(1)
})

import fc from 'fast-check'
import type { StrayKind } from '../../src/rpc/strays.js'
import { byteEdits, editBytes, oddValue } from './mutate.js'
import type { Document, Layers, Said, Version } from './versions.js'

/** What it must be counted as; `answer`: the node's answer, the first time; `any`: by chance it may be sound. */
export type Expected = StrayKind | 'answer' | 'any'

interface Message {
  readonly payload: Buffer
  /** Of the request that it comes to. */
  readonly id: string
  readonly expected: Expected
}

/** What is wrong with a reply, and how it is made so. */
interface Fault {
  readonly fault: string
  make(said: Said, version: Version): Message
}

const message = (id: string, expected: Expected, payload: Buffer): Message => ({
  ...{ id, expected, payload },
})
const OTHER = 'f'.repeat(32)
const ENDED = 'e'.repeat(32)

export const NO_FAULT = 'none'

const known: readonly Fault[] = [
  {
    fault: NO_FAULT,
    make: (said, { wrap }) => message(said.id, 'answer', wrap(said)),
  },
  {
    fault: 'a node that was not asked',
    make: (said, { name, wrap }) => {
      const payload = wrap({ ...said, sender: 'x.example.net' })
      return message(said.id, name === 'v1' ? 'foreign' : 'forged', payload)
    },
  },
  {
    fault: 'to another request than it came for',
    make: (said, { wrap }) => message(said.id, 'mismatched', wrap({ ...said, id: OTHER })),
  },
  {
    fault: 'to a request that has ended',
    make: (said, { wrap }) => message(ENDED, 'late', wrap({ ...said, id: ENDED })),
  },
  {
    fault: 'another agent',
    make: (said, { wrap }) => message(said.id, 'wrong-agent', wrap({ ...said, agent: 'rpcutil' })),
  },
  {
    fault: 'wrong hash',
    make: (said, { wrap }) =>
      message(said.id, 'corrupt', wrap(said, { secure: (secure) => ({ ...secure, hash: 'x' }) })),
  },
  {
    // v1 has no signature: there it is one member too many.
    fault: 'wrong signature',
    make: (said, { name, wrap }) => {
      const payload = wrap(said, { secure: (secure) => ({ ...secure, signature: 'AAAA' }) })
      return message(said.id, name === 'v1' ? 'answer' : 'forged', payload)
    },
  },
]

const malformed = fc.constantFrom('', 'pong', '[]', '{"statuscode":"0"}').map((body): Fault => ({
  fault: `the body ${JSON.stringify(body)}`,
  make: (said, { wrap }) => message(said.id, 'malformed', wrap({ ...said, body })),
}))

const bytes = byteEdits.map((edits): Fault => ({
  fault: `bytes: ${JSON.stringify(edits)}`,
  make: (said, { wrap }) => message(said.id, 'any', editBytes(wrap(said), edits)),
}))

const LAYERS: readonly (keyof Layers)[] = ['transport', 'secure', 'reply']
const member = fc
  .record({ layer: fc.constantFrom(...LAYERS), place: fc.nat(19), value: oddValue })
  .map(({ layer, place, value }): Fault => {
    const spoil = (document: Document): Document => {
      const names = Object.keys(document)
      return { ...document, [names[place % names.length] as string]: value }
    }
    return {
      fault: `member ${place} of ${layer}: ${String(JSON.stringify(value)).slice(0, 40)}`,
      make: (said, { wrap }) => message(said.id, 'any', wrap(said, { [layer]: spoil })),
    }
  })

/** A third are bytes that changed on their way; the first kind is what a failing example shrinks to. */
export const fault: fc.Arbitrary<Fault> = fc.oneof(
  { withCrossShrink: true },
  { weight: 7, arbitrary: fc.constantFrom(...known) },
  { weight: 1, arbitrary: malformed },
  { weight: 4, arbitrary: bytes },
  { weight: 1, arbitrary: member },
)

import { generateKeyPairSync, hash, sign } from 'node:crypto'
import type { Answer, Random } from '@choirmaster/core/provide'
import { integerBelow, seededRandom } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { createDesk } from '../../src/rpc/desk.js'
import { openRequest } from '../../src/rpc/open-request.js'
import { strays, type StrayKind } from '../../src/rpc/strays.js'
import { decodeV1 } from '../../src/wire/v1/reply.js'
import { publicHex } from '../../src/wire/v2/keys.js'
import { decodeV2 } from '../../src/wire/v2/reply.js'
import { createTrust } from '../../src/wire/v2/trust.js'
import type { Decoded } from '../../src/wire/wire.js'
import { mutateBytes, mutateMember, pick } from './mutate.js'

/** Replay one: SEED=n npx vitest run packages/transport-nats/test/fuzz; more: RUNS=n. */
const FIRST = Number(process.env['SEED'] ?? 1)
const ALL = process.env['SEED'] === undefined
const INBOX = 'mcollective.reply.owner.inbox'
const NODES = ['n0.example.net', 'n1.example.net', 'n2.example.net']
/** Messages of one run, which has one request. */
const MESSAGES = 20

/** What a node says to a request: different each time, so that a mix-up shows. */
interface Said {
  readonly id: string
  readonly sender: string
  readonly agent: string
  readonly body: string
}

/** How one version of the protocol wraps what is said. */
interface Version {
  readonly name: string
  readonly runs: number
  decode(payload: Uint8Array): Decoded
  /** @param layers changes to documents, made before what is around them is hashed and signed */
  wrap(said: Said, layers?: Layers): Buffer
}

type Document = Record<string, unknown>
interface Layers {
  readonly transport?: (document: Document) => Document
  readonly secure?: (document: Document) => Document
  readonly reply?: (document: Document) => Document
}

const as = (document: Document): Document => document
const base64 = (document: unknown): string =>
  Buffer.from(JSON.stringify(document)).toString('base64')

const v1: Version = {
  name: 'v1',
  runs: Number(process.env['RUNS'] ?? 5_000),
  decode: decodeV1,
  wrap({ id, sender, agent, body }, { transport = as, secure = as, reply = as } = {}) {
    const envelope = { requestid: id, senderid: sender, agent, time: 1 }
    const message = JSON.stringify(reply({ protocol: 'choria:reply:1', message: body, envelope }))
    const digest = hash('sha256', message, 'base64')
    const inner = secure({ protocol: 'choria:secure:reply:1', message, hash: digest })
    const outer = { protocol: 'choria:transport:1', data: base64(inner), headers: {} }
    return Buffer.from(JSON.stringify(transport(outer)))
  },
}

const issuer = generateKeyPairSync('ed25519')
const keys = NODES.map(() => generateKeyPairSync('ed25519').privateKey)
const tokens = NODES.map((identity, index) => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const public_key = publicHex(keys[index] as never)
  const claims = { purpose: 'choria_server', identity, public_key, ou: 'choria', iss: 'lab' }
  const signed = `${part({ alg: 'EdDSA' })}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), issuer.privateKey).toString('base64url')}`
})
const trust = createTrust({ issuers: new Map([['choria', issuer.publicKey]]), signers: [] })

const v2: Version = {
  name: 'v2',
  runs: Number(process.env['RUNS'] ?? 1_000),
  decode: (payload) => decodeV2(payload, { trust, unsigned: 'refuse' }, 0),
  wrap({ id, sender, agent, body }, { transport = as, secure = as, reply = as } = {}) {
    const message = Buffer.from(body).toString('base64')
    const protocol = 'io.choria.protocol.v2'
    const document = { protocol: `${protocol}.reply`, message, request: id, sender, agent, time: 1 }
    // A stranger signs as node 0, which it is not.
    const signer = Math.max(0, NODES.indexOf(sender))
    const bytes = Buffer.from(JSON.stringify(reply(document)))
    const inner = secure({
      protocol: `${protocol}.secure_reply`,
      reply: bytes.toString('base64'),
      hash: hash('sha256', bytes, 'base64'),
      signature: sign(null, bytes, keys[signer] as never).toString('base64'),
      sender: tokens[signer],
    })
    const outer = { protocol: `${protocol}.transport`, data: base64(inner), headers: {} }
    return Buffer.from(JSON.stringify(transport(outer)))
  },
}

interface Message {
  readonly payload: Buffer
  readonly subject: string
  /** What it must be counted as; `answer`: the node's answer, the first time; `any`: by chance it may be sound. */
  readonly expected: StrayKind | 'answer' | 'any'
  readonly sender: string
}

/** A message with a fault, or without one. */
function draw(random: Random, version: Version, said: Said): Message {
  const { sender } = said
  const subject = `${INBOX}.${said.id}`
  const sound = version.wrap(said)
  const made = (expected: Message['expected'], payload = sound, to = subject): Message => {
    return { payload, subject: to, expected, sender }
  }
  const layer = pick(random, ['transport', 'secure', 'reply'] as const)
  switch (integerBelow(random, 12)) {
    case 0:
      return made('answer')
    case 1:
      return made(
        version.name === 'v1' ? 'foreign' : 'forged',
        version.wrap({ ...said, sender: 'x.example.net' }),
      )
    case 2:
      return made('mismatched', version.wrap({ ...said, id: 'f'.repeat(32) }))
    case 3:
      return made(
        'late',
        version.wrap({ ...said, id: 'e'.repeat(32) }),
        `${INBOX}.${'e'.repeat(32)}`,
      )
    case 4:
      return made('wrong-agent', version.wrap({ ...said, agent: 'rpcutil' }))
    case 5:
      return made(
        'malformed',
        version.wrap({ ...said, body: pick(random, ['', 'pong', '[]', '{"statuscode":"0"}']) }),
      )
    case 6:
      return made('corrupt', version.wrap(said, { secure: (d) => ({ ...d, hash: 'x' }) }))
    case 7:
      return version.name === 'v1'
        ? made('any', mutateBytes(random, sound))
        : made('forged', version.wrap(said, { secure: (d) => ({ ...d, signature: 'AAAA' }) }))
    case 8:
      return made('any', version.wrap(said, { [layer]: (d: Document) => mutateMember(random, d) }))
    default:
      return made('any', mutateBytes(random, sound))
  }
}

const READS: Readonly<Record<string, string>> = { 'wrong-agent': 'repeated', malformed: 'repeated' }

it.each([v1, v2])(
  '$name: whatever comes, no crash, no false result, all of it counted',
  async (version) => {
    let messages = 0
    const last = ALL ? FIRST + version.runs : FIRST + 1
    for (let seed = FIRST; seed < last; seed++) {
      const random = seededRandom(seed)
      const counted = strays({ notice() {} })
      const desk = createDesk(version, counted, INBOX, 'mcollective')
      const id = seed.toString(16).padStart(32, '0')
      const open = openRequest(NODES, 'puppet', { numberOf: () => undefined })
      desk.add(id, open)

      const answered = new Set<string>()
      for (let number = 0; number < MESSAGES; number++) {
        const sender = pick(random, NODES)
        const body = JSON.stringify({
          statuscode: 0,
          statusmsg: 'OK',
          data: { from: sender, seed },
        })
        const before = { ...counted.counts }
        const message = draw(random, version, { id, sender, agent: 'puppet', body })
        const awaited = open.awaits(sender)
        desk.message({ subject: message.subject, data: message.payload })
        messages++

        const changed = Object.entries(counted.counts).filter(
          ([kind, n]) => n !== before[kind as StrayKind],
        )
        const where = `seed ${seed}, message ${number}`
        const took = awaited && !open.awaits(sender)
        if (took) answered.add(sender)
        // Each message is counted once: as an answer or as one kind of stray.
        expect(changed.length + Number(took), where).toBe(1)
        if (message.expected === 'any') continue
        const kind = message.expected === 'answer' ? 'repeated' : message.expected
        const due = awaited ? message.expected : (READS[kind] ?? kind)
        if (took) expect(due, where).toBe('answer')
        else expect(changed[0]?.[0], where).toBe(due)
      }

      open.silence(0, 'no-reply')
      const answers: Answer[] = []
      for await (const answer of open.answers) answers.push(answer)
      expect(answers.map(({ node }) => node).sort(), `seed ${seed}`).toEqual(NODES)
      for (const answer of answers) {
        if (!answered.has(answer.node)) expect(answer.kind, `seed ${seed}`).toBe('silence')
        else
          expect(answer, `seed ${seed}`).toMatchObject({
            kind: 'reply',
            code: 0,
            data: { from: answer.node, seed },
          })
      }
    }
    if (ALL && process.env['RUNS'] === undefined) expect(messages).toBe(version.runs * MESSAGES)
  },
  120_000,
)

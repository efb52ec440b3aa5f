import fc from 'fast-check'
import type { Answer } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { createDesk } from '../../src/rpc/desk.js'
import { openRequest } from '../../src/rpc/open-request.js'
import { strays, type StrayKind } from '../../src/rpc/strays.js'
import { fault, NO_FAULT, type Expected } from './faults.js'
import { NODES, v1, v2, type Version } from './versions.js'

/**
 * A failure prints its seed and path: SEED=n FUZZ_PATH=path npx vitest run packages/transport-nats/test/fuzz
 * replays it. RUNS=n: more or fewer.
 */
const { SEED = '1', FUZZ_PATH = '', RUNS } = process.env
const INBOX = 'mcollective.reply.owner.inbox'
const ID = 'a'.repeat(32)
/** Messages to one request, faults in them: the more the less is known about the last. */
const MESSAGES = 20

const messages = fc.array(fc.record({ node: fc.nat(NODES.length - 1), fault }), {
  ...{ minLength: MESSAGES, maxLength: MESSAGES },
})

/** What else than expected a reply of a node that has answered already is counted as. */
const AGAIN: Readonly<Record<string, Expected>> = {
  ...{ answer: 'repeated', 'wrong-agent': 'repeated', malformed: 'repeated' },
}

it.each([
  { version: v1, runs: 6_000, mutated: 100_000 },
  { version: v2, runs: 1_000, mutated: 16_000 },
])(
  '$version.name: whatever comes, no crash, no false result, all of it counted',
  async ({ version, runs, mutated }) => {
    let spoilt = 0
    await fc.assert(
      fc.asyncProperty(messages, async (given) => {
        spoilt += given.filter(({ fault }) => fault.fault !== NO_FAULT).length
        await receive(version, given)
      }),
      { seed: Number(SEED), path: FUZZ_PATH, numRuns: Number(RUNS ?? runs) },
    )
    if (RUNS === undefined && FUZZ_PATH === '') expect(spoilt).toBeGreaterThan(mutated)
  },
  120_000,
)

type Given = typeof messages extends fc.Arbitrary<infer T> ? T : never

/** @throws when something is counted twice, not at all or as what it is not, or when an answer is not the node's */
async function receive(version: Version, given: Given): Promise<void> {
  const counted = strays({ notice() {} })
  const desk = createDesk(version, counted, INBOX, 'mcollective')
  const open = openRequest(NODES, 'puppet', { numberOf: () => undefined })
  desk.add(ID, open)

  const answered = new Map<string, number>()
  for (const [number, { node, fault }] of given.entries()) {
    const sender = NODES[node] as string
    const data = { from: sender, number }
    const body = JSON.stringify({ statuscode: 0, statusmsg: 'OK', data })
    const { payload, id, expected } = fault.make({ id: ID, sender, agent: 'puppet', body }, version)
    const before = { ...counted.counts }
    const awaited = open.awaits(sender)
    desk.message({ subject: `${INBOX}.${id}`, data: payload })

    const kinds = Object.keys(before) as StrayKind[]
    const as: string[] = kinds.filter((kind) => counted.counts[kind] !== before[kind])
    if (awaited && !open.awaits(sender)) {
      answered.set(sender, number)
      as.push('answer')
    }
    const due = awaited ? expected : (AGAIN[expected] ?? expected)
    if (as.length === 1 && (due === 'any' || due === as[0])) continue
    throw new Error(`message ${number}, ${fault.fault}: counted as ${as.join()}, should be ${due}`)
  }

  open.silence(0, 'no-reply')
  const answers: Answer[] = []
  for await (const answer of open.answers) answers.push(answer)
  expect(answers.map(({ node }) => node).sort()).toEqual(NODES)
  for (const answer of answers) {
    const number = answered.get(answer.node)
    if (number === undefined) expect(answer).toMatchObject({ kind: 'silence', why: 'no-reply' })
    else
      expect(answer).toMatchObject({ kind: 'reply', code: 0, data: { from: answer.node, number } })
  }
}

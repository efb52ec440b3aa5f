import type { JournalPart, RunEvent } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { journalOf, markEpoch } from './journal.js'
import { ID, type Kept, type Log } from './log.js'

const call = { signal: new AbortController().signal }
const event = (at: number): RunEvent => ({ type: 'started', at, nodes: [at] })
const SUBJECT = 'runs.r1'

/** A broker that loses the end of its stream, as one of a single copy may that crashed, and gives its numbers again. */
function forgetful() {
  const messages: Kept[] = []
  let time = 0
  let asked = 0
  const log: Log = {
    most: 200,
    name: () => 'name',
    state: () => Promise.reject(new Error('not asked')),
    ask: () => Promise.reject(new Error('not asked')),
    last: async () => (asked++, messages.at(-1)),
    next: async (_, from) => (asked++, messages.find(({ seq }) => seq >= from)),
    async post(subject, { data, headers = {} }) {
      const seq = messages.length + 1
      const head: Readonly<Record<string, string>> = { ...headers, [ID]: `id-${++time}` }
      messages.push({ subject, seq, data, header: (name) => head[name] ?? '', time })
      return { seq }
    },
  }
  return {
    log,
    forget: (count: number) => void messages.splice(-count, count),
    asked: () => asked,
  }
}

async function collect(parts: AsyncIterable<JournalPart>): Promise<(readonly [number, number])[]> {
  const found: (readonly [number, number])[] = []
  for await (const { seq, events } of parts) found.push([seq, events[0]?.at ?? -1])
  return found
}

/** Three events, watched; then the broker loses the last two, and another holder goes on. */
async function taken(...later: readonly number[]) {
  const { log, forget, asked } = forgetful()
  const journal = journalOf(log, 'r1', SUBJECT)
  for (const at of [0, 1, 2]) await journal.append([event(at)], { epoch: 1, seq: at }, call)
  const tail = journalOf(log, 'r1', SUBJECT).tail()
  expect(await collect(tail.more(call))).toHaveLength(3)
  forget(2)
  await markEpoch(log, 'r1', SUBJECT, 2)
  const next = journalOf(log, 'r1', SUBJECT)
  for (const [i, at] of later.entries()) {
    await next.append([event(at)], { epoch: 2, seq: 1 + i }, call)
  }
  return { tail, asked }
}

it.each([
  ['is shorter than before', []],
  ['is as long as before', [10]],
  ['is longer than before', [10, 11, 12, 13]],
])('what follows where a broker lost the end and the subject %s is told', async (_, later) => {
  const { tail } = await taken(...later)
  const expected = [[0, 0], ...later.map((at, i) => [1 + i, at])]
  expect(await collect(tail.more(call))).toEqual(expected)
  expect(await collect(tail.more(call))).toEqual([])
})

it('a look that finds nothing new asks once', async () => {
  const { tail, asked } = await taken(10)
  await collect(tail.more(call))
  const before = asked()
  await collect(tail.more(call))
  expect(asked() - before).toBe(1)
})

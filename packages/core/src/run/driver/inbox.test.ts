import { expect, it } from 'vitest'
import type { Clock } from '../../ports/clock.js'
import type { NodeStatus } from '../../providers/agent.js'
import { partsOf } from './fold-heard.js'
import { createInbox, type Heard } from './inbox.js'

const STATUS: NodeStatus = { enabled: true, applying: false, daemon: false, lastRun: 0, now: 0 }
const says = (node: number): Heard => ({ heard: 'status', askedAt: 0, node, status: STATUS })
const CANCEL: Heard = {
  heard: 'signal',
  signal: { type: 'cancel', at: 0, level: 'soft', by: 'SIGINT' },
}

function clockAt(start: number) {
  let now = start
  const sleepers: { at: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    sleepUntil: (at) => new Promise((wake) => void sleepers.push({ at, wake })),
    hold: (work) => work,
  }
  return {
    clock,
    async to(moment: number): Promise<void> {
      now = moment
      for (const { at, wake } of sleepers) if (at <= now) wake()
      await Promise.resolve()
    },
  }
}

const inboxOn = (clock: Clock) => createInbox(clock, new AbortController().signal)

it('gathers what nodes say until the next quarter second, and wakes then', async () => {
  const { clock, to } = clockAt(1_001)
  const inbox = inboxOn(clock)
  let woken = false
  inbox.push(says(1))
  void inbox.arrival().then(() => (woken = true))
  await to(1_100)
  inbox.push(says(2))
  expect(inbox.take(9)).toEqual({ heard: [], at: 1_100 })
  await to(1_250)
  await Promise.resolve()
  expect(woken).toBe(true)
  expect(inbox.take(9)).toEqual({ heard: [says(1), says(2)], at: 1_250 })
})

it('a timer that rings a little late rang in time; what came after its moment is gathered anew', async () => {
  const { clock, to } = clockAt(1_001)
  const inbox = inboxOn(clock)
  inbox.push(says(1))
  await to(1_253)
  inbox.push(says(2))
  expect(inbox.take(9)).toEqual({ heard: [says(1)], at: 1_250 })
  expect(inbox.take(9).heard).toEqual([])
  await to(1_900)
  expect(inbox.take(9)).toEqual({ heard: [says(2)], at: 1_900 })
})

it('an interrupt waits for nothing, and what was said before it is folded before it', async () => {
  const { clock, to } = clockAt(1_001)
  const inbox = inboxOn(clock)
  inbox.push(says(1))
  await to(1_002)
  inbox.push(CANCEL)
  const { heard, at } = inbox.take(9)
  expect(at).toBe(1_002)
  expect([...partsOf(heard)]).toEqual([[says(1)], [CANCEL]])
})

it('takes no more than it is asked for, and the rest at once', () => {
  const { clock } = clockAt(1_000)
  const inbox = inboxOn(clock)
  for (const node of [1, 2, 3]) inbox.push(says(node))
  expect(inbox.take(2).heard).toHaveLength(2)
  expect(inbox.take(2).heard).toEqual([says(3)])
})

it('a node that speaks twice is heard twice, one after the other', () => {
  expect([...partsOf([says(1), says(2), says(1), says(3)])]).toEqual([
    [says(1), says(2)],
    [says(1), says(3)],
  ])
})

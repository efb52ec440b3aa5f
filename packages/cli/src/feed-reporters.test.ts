import type { Notice, Reporter, RunEvent } from '@choirmaster/core'
import { virtualClock } from '@choirmaster/simulator'
import { expect, it } from 'vitest'
import { feedReporters } from './feed-reporters.js'

const never = new AbortController().signal
const event = (at: number): RunEvent => ({ type: 'ready', at })

function collector(): Reporter & { seen: number[] } {
  const seen: number[] = []
  return {
    seen,
    async report(events) {
      for await (const { at } of events) seen.push(at)
    },
  }
}

it('gives all events to all reporters, in order, whenever they read', async () => {
  const [one, two] = [collector(), collector()]
  const feed = feedReporters([one, two], () => {})
  feed.push([event(1), event(2)])
  await Promise.resolve()
  feed.push([event(3)])
  await feed.end(never)
  expect([one.seen, two.seen]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ])
})

it('takes what a reporter throws as a notice and goes on with the others', async () => {
  const notices: Notice[] = []
  const broken: Reporter = { report: () => Promise.reject(new Error('disk full')) }
  const good = collector()
  const feed = feedReporters([broken, good], (notice) => notices.push(notice))
  feed.push([event(1)])
  await feed.end(never)
  expect(good.seen).toEqual([1])
  expect(notices).toMatchObject([
    { code: 'reporter-failed', message: 'A reporter failed: disk full' },
  ])
})

it('ends at once without reporters', async () => {
  const feed = feedReporters([], () => {})
  feed.push([event(1)])
  await expect(feed.end(never)).resolves.toBeUndefined()
})

it('waits no longer than a moment for one that hangs, once nobody wants to wait', async () => {
  const notices: Notice[] = []
  const hangs: Reporter = { report: () => new Promise(() => {}) }
  const good = collector()
  const clock = virtualClock(0)
  const feed = feedReporters([hangs, good], (notice) => notices.push(notice), clock)
  feed.push([event(1)])
  const left = new AbortController()
  const ended = feed.end(left.signal)
  left.abort()
  await ended
  expect(good.seen).toEqual([1])
  expect(notices).toMatchObject([{ level: 'warning', code: 'reporter-left' }])
})

import type { Clock, RunId } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { keepLease, type LeaseDocument, writeLease } from './lease.js'
import type { Kept, Log } from './log.js'

const SUBJECT = 'lease.r1'
const RUN: RunId = 'r1'
const lease: LeaseDocument = {
  ...{ run: RUN, epoch: 1, token: 'own', by: 'choria=own', host: 'deploy1', process: 1 },
  since: '2026-11-22T02:00:00Z',
}
/** No sign of life comes by itself. */
const clock = {
  now: () => 0,
  sleepUntil: () => new Promise<void>(() => {}),
} as unknown as Clock

/** One subject that keeps one message, and can lose its last. */
function broker() {
  const messages: Kept[] = []
  const log: Log = {
    most: 1_000,
    name: () => 'name',
    state: () => Promise.reject(new Error('not asked')),
    ask: () => Promise.reject(new Error('not asked')),
    last: async () => messages.at(-1),
    next: async () => undefined,
    async post(subject, { data, after = 0 }) {
      const last = messages.at(-1)
      if ((last?.seq ?? 0) !== after) return { taken: last }
      const seq = after + 1
      messages.push({ subject, seq, data, header: () => '', time: 0 })
      return { seq }
    },
  }
  return { log, lose: () => void messages.pop() }
}

async function held() {
  const { log, lose } = broker()
  const seq = (await writeLease(log, SUBJECT, lease)) ?? 0
  const kept = keepLease({
    ...{ log, lease, seq, clock, subject: SUBJECT },
    release: async () => {},
  })
  await kept.check()
  return { log, lose, kept }
}

it('a holder whose last sign of life the broker lost gives another on top of the one before', async () => {
  const { lose, kept } = await held()
  lose()
  await kept.check()
  await kept.check()
  expect(kept.lost.aborted).toBe(false)
})

it('a holder that was taken over is told so, whatever the broker lost', async () => {
  const { log, lose, kept } = await held()
  lose()
  await writeLease(log, SUBJECT, { ...lease, epoch: 2, token: 'other', by: 'choria=other' })
  await writeLease(log, SUBJECT, { ...lease, epoch: 2, token: 'other', by: 'choria=other' })
  await expect(kept.check()).rejects.toThrow('choria=other')
})

it('who released gives no sign of life on top of that', async () => {
  const { kept } = await held()
  await kept.release()
  await expect(kept.check()).rejects.toMatchObject({ code: 'store-lease-lost' })
})

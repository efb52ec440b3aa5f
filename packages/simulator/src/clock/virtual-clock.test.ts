import { setTimeout as realDelay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { virtualClock } from './virtual-clock.js'

const never = new AbortController().signal

describe('virtualClock', () => {
  it('jumps to the earliest sleeper, however far', async () => {
    const clock = virtualClock(1000)
    const seen: string[] = []
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleepUntil(clock.now() + ms, never)
      seen.push(`${name}@${clock.now()}`)
    }
    await Promise.all([sleep('day', 86_400_000), sleep('second', 1000), sleep('hour', 3_600_000)])
    expect(seen).toEqual(['second@2000', 'hour@3601000', 'day@86401000'])
  })

  it('wakes sleepers of one moment in the order in which they lay down', async () => {
    const clock = virtualClock(0)
    const seen: number[] = []
    await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        await clock.sleepUntil(5, never)
        seen.push(index)
      }),
    )
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it('does not move while long chains of microtasks or immediates are running', async () => {
    const clock = virtualClock(0)
    const sleeper = clock.sleepUntil(10, never)
    for (let step = 0; step < 1000; step += 1) await Promise.resolve()
    await new Promise((done) => setImmediate(done))
    for (let step = 0; step < 1000; step += 1) await Promise.resolve()
    expect(clock.now()).toBe(0)
    await sleeper
    expect(clock.now()).toBe(10)
  })

  it('waits for work that is held, and for the chain that follows it', async () => {
    const clock = virtualClock(0)
    const seen: string[] = []
    const sleeper = clock.sleepUntil(10, never).then(() => seen.push('slept'))
    const held = clock.hold(realDelay(5)).then(async () => {
      await Promise.resolve()
      seen.push(`held@${clock.now()}`)
    })
    await Promise.all([sleeper, held])
    expect(seen).toEqual(['held@0', 'slept'])
  })

  it('moves on when held work fails', async () => {
    const clock = virtualClock(0)
    const sleeper = clock.sleepUntil(10, never)
    await expect(clock.hold(Promise.reject(new Error('disk')))).rejects.toThrow('disk')
    await sleeper
    expect(clock.now()).toBe(10)
  })

  it('rejects the aborted with the reason and does not wait for their moment', async () => {
    const clock = virtualClock(0)
    const abort = new AbortController()
    const long = clock.sleepUntil(1_000_000, abort.signal)
    const short = clock.sleepUntil(5, never)
    abort.abort(new Error('enough'))
    await expect(long).rejects.toThrow('enough')
    await short
    expect(clock.now()).toBe(5)
    expect(clock.sleeping).toBe(0)
    await expect(clock.sleepUntil(9, abort.signal)).rejects.toThrow('enough')
  })

  it('resolves at once for a moment that has passed', async () => {
    const clock = virtualClock(50)
    await clock.sleepUntil(50, never)
    await clock.sleepUntil(10, never)
    expect(clock.now()).toBe(50)
  })

  it('forgets many aborted sleepers', async () => {
    const clock = virtualClock(0)
    for (let round = 0; round < 5; round += 1) {
      const abort = new AbortController()
      const sleeps = Array.from({ length: 2000 }, () => clock.sleepUntil(1e9, abort.signal))
      abort.abort(new Error('round'))
      await Promise.allSettled(sleeps)
    }
    expect(clock.sleeping).toBe(0)
    await clock.sleepUntil(1, never)
    expect(clock.now()).toBe(1)
  })

  it('gives the same order each time for a hundred thousand sleepers', async () => {
    const run = async (): Promise<string> => {
      const clock = virtualClock(0)
      let order = 0
      await Promise.all(
        Array.from({ length: 100_000 }, async (_, index) => {
          await clock.sleepUntil((index * 7919) % 1000, never)
          order = (Math.imul(order, 31) + index) | 0
        }),
      )
      return `${order}@${clock.now()}`
    }
    expect(await run()).toBe(await run())
  })
})

import type { Clock } from '../../ports/clock.js'
import type { Lease } from '../../providers/store.js'
import type { Ports } from './perform.js'

/** Questions harm nobody: before them it is only asked whether we were taken over when we may have slept meanwhile. */
const ASK_WITHOUT_MS = 5_000

/**
 * Whether we may still act for the run; a question to the store costs a turn of the loop at least. Who asks before it is
 * put shares its answer: changes that leave together are one question.
 */
export function guard(lease: Lease, clock: Clock): Pick<Ports, 'mayAct' | 'mayAsk'> {
  let checked = clock.now()
  let toCome: Promise<void> | null = null
  async function check(): Promise<void> {
    await Promise.resolve()
    toCome = null
    // Once more where it took long: an answer that was under way while we slept tells of the time before.
    for (let time = 0; time < 2; time++) {
      const asked = clock.now()
      await clock.hold(lease.check())
      checked = asked
      if (clock.now() - asked <= ASK_WITHOUT_MS) return
    }
  }
  const mayAct = (): Promise<void> => (toCome ??= check())
  return {
    mayAct,
    async mayAsk() {
      if (clock.now() - checked > ASK_WITHOUT_MS) await mayAct().catch(() => undefined)
      return !lease.lost.aborted
    },
  }
}

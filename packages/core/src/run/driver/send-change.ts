import { isCodedError } from '../../errors/coded-error.js'
import { messageOf } from '../../errors/message-of.js'
import type { Clock, Milliseconds, Moment } from '../../ports/clock.js'
import type { storeErrors } from '../../providers/store-errors.js'
import type { Effect } from '../effects.js'
import { mayStart } from '../reduce/budget.js'
import { WITHDRAWN } from '../reduce/open-change.js'
import type { NodeState } from '../state.js'
import { change, withdraw, type Ports, type Refusal } from './perform.js'

const LEASE_LOST = 'store-lease-lost' satisfies keyof typeof storeErrors

export function isLeaseLost(error: unknown): boolean {
  return isCodedError(error) && error.code === LEASE_LOST
}

/**
 * A change that leaves so long after it was decided, as our process stood still or the store took long, would follow from
 * what the node said long ago (promises, S4): it does not leave, and the node is read again. Slow disks and brokers take
 * seconds.
 */
export const LATEST_MS = 20_000

/** For so long nothing could be sent, and the store counts as lost: else the same would be decided again without end. */
const HINDERED_MS = 120_000
/** Between two that could not, at most: a process that stood still was not hindered all that time. */
const MOST_BETWEEN_MS = 30_000

/** Whether the store lets changes leave. */
export interface Hindrance {
  /** One could not. */
  hindered(why: string): void
  /** One could. */
  passed(): void
}

/** @param lost told once that nothing has left for too long, and why */
export function hindrance(clock: Clock, lost: (why: string) => void): Hindrance {
  let last: Moment | null = null
  let lasted: Milliseconds = 0
  let isTold = false
  return {
    hindered(why) {
      const now = clock.now()
      lasted += Math.min(now - (last ?? now), MOST_BETWEEN_MS)
      last = now
      if (isTold || lasted <= HINDERED_MS) return
      isTold = true
      lost(why)
    },
    passed() {
      last = null
      lasted = 0
    },
  }
}

const UNWANTED: Refusal = {
  code: WITHDRAWN,
  why: 'something newer than what it followed from is known',
}

/**
 * Sends a change whose intent is durable, if it may still leave. The store is asked for that and may take its time, so all
 * else is looked at once it has answered, last of all when the change is signed.
 */
export async function sendChange(
  ports: Ports,
  intent: number,
  effect: Extract<Effect, { do: 'change' }>,
  decidedAt: Moment,
  { hindered, passed }: Hindrance,
): Promise<void> {
  const { state, clock, mayAct } = ports
  // A stop may have become known meanwhile (promises, S7).
  const starts = (n: number): boolean =>
    effect.purpose !== 'start' || mayStart(state, state.nodes[n] as NodeState)
  const stopped = (): Refusal => ({
    code: WITHDRAWN,
    why: state.stop?.reason ?? 'too many failures',
  })
  // It may have been asked twice, and have said otherwise since (promises, S4).
  const isWanted = (n: number): boolean => state.nodes[n]?.change?.intent === intent
  const late = (): Refusal | null => {
    const took = clock.now() - decidedAt
    if (took <= LATEST_MS) return null
    const seconds = Math.round(took / 1000)
    const why = `it took ${seconds} s until it could be sent, and the node may be otherwise by now`
    hindered(why)
    return { code: WITHDRAWN, why }
  }
  const taken = async (): Promise<Refusal | null> => {
    try {
      await mayAct()
      return late()
    } catch (error) {
      if (isLeaseLost(error)) return { code: 'lease-lost', why: messageOf(error) }
      const why = `whether the run is still ours cannot be told: ${messageOf(error)}`
      hindered(why)
      return { code: WITHDRAWN, why }
    }
  }
  // Of a transport that asks before it sends one question is enough: a store may take seconds for each.
  const refusal = ports.transport.asks ? late() : await taken()
  if (refusal !== null) return withdraw(ports, intent, effect.nodes, refusal.code, refusal.why)
  const wanted = effect.nodes.filter(isWanted)
  if (wanted.length < effect.nodes.length) {
    const settled = effect.nodes.filter((n) => !wanted.includes(n))
    withdraw(ports, intent, settled, UNWANTED.code, UNWANTED.why)
  }
  const left = wanted.filter(starts)
  if (left.length < wanted.length) {
    const { code, why } = stopped()
    const held = wanted.filter((n) => !left.includes(n))
    withdraw(ports, intent, held, code, why)
  }
  if (left.length === 0) return
  let asked = false
  await change(ports, intent, { ...effect, nodes: left }, async (nodes) => {
    asked = true
    const refused = await taken()
    if (refused !== null) return refused
    passed()
    if (!nodes.every(isWanted)) return UNWANTED
    return nodes.every(starts) ? null : stopped()
  })
  if (asked) ports.transport.asks = true
  else passed()
}

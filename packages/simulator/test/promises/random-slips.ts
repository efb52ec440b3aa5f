import { integerBelow } from '@choirmaster/core/testing'
import type { Random } from '@choirmaster/core'
import type { FaultEntry } from '../../src/index.js'
import { pick } from './random-faults.js'

/** Part of the seeds that have them, and of the nodes of such a site. */
const SLIPPED = 0.15
const SLIPPED_NODES = 0.3

/**
 * Clocks that are set back during a run by so little that it hides in the time of an answer, so that a run of ours looks
 * like somebody else's; and runs of others that load while ours is requested, which are just that.
 */
export function slips(
  random: Random,
  safety: boolean,
  names: readonly string[],
  nodes: Record<string, FaultEntry[]>,
): void {
  if (random.next() >= SLIPPED) return
  for (const name of names) {
    if (random.next() >= SLIPPED_NODES) continue
    const found: FaultEntry[] = []
    if (safety && random.next() < 0.6) {
      found.push({
        fault: 'clock-step',
        seconds: -2 - integerBelow(random, 12),
        on: pick(random, ['enabled', 'requested', 'started'] as const),
        delay: random.next() * pick(random, [2, 20]),
      })
    }
    if (random.next() < 0.6 && (safety || isTold(nodes[name]))) {
      found.push({
        fault: 'foreign-run',
        ...pick(random, [
          { on: 'enabled', delay: random.next() * 3 },
          { on: safety ? 'ended' : 'enabled', delay: random.next() * 3 },
          // Begun while the node is still disabled, which it only looks at when it has loaded.
          { on: 'asked', times: 6 + integerBelow(random, safety ? 10 : 3) },
        ] as const),
        // Or asleep before that, as by cron with --splay.
        loads: random.next() * pick(random, [12, 12, 200]),
        seconds: pick(random, [safety ? 1 : 5, 5, 30, 100]),
        // Its first line tells more of when it began.
        verbose: safety && random.next() < 0.4,
      })
    }
    if (safety && random.next() < 0.1) {
      // Of an old Puppet, beside whose record the log of somebody else's run stays.
      found.push({ fault: 'puppet-version', version: '6.24.0' }, { fault: 'unsent-report' })
    }
    if (found.length > 0) nodes[name] = [...(nodes[name] ?? []), ...found]
  }
}

/**
 * Whose run it was that came just before ours shows neither in the time that a slow node takes, nor of a daemon, which has
 * nothing to load, nor where ours does not show at all: its record may be in the very second of the one before.
 */
const UNTOLD = ['slow', 'daemon', 'never-starts', 'silent']

function isTold(faults: readonly FaultEntry[] = []): boolean {
  return !faults.some(({ fault }) => UNTOLD.includes(fault))
}

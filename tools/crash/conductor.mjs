// Moves the time of a fleet and of the processes that act on it (stepped-time.mjs): once all of them have nothing to do.
import { presentTo, steppedClock, turns } from './stepped-time.mjs'

/**
 * A process that has a part in the time.
 * @typedef {object} Member
 * @property {(step: number) => void} tell that time has moved on, or that it is asked anew; it answers with `quiet`
 */
/**
 * @typedef {object} Conductor
 * @property {import('@choirmaster/core').Clock} clock the fleet's
 * @property {(member: Member) => void} join
 * @property {(member: Member) => void} leave it has ended, was killed or stopped
 * @property {(member: Member, step: number, due: number | undefined) => void} quiet
 * @property {(ms: number) => Promise<void>} pass lets so much time pass for those who are there
 * @property {() => void} close
 */

/**
 * @param {string} file where the present is written
 * @param {number} start
 * @param {number} grain time moves by multiples of this many ms: what is due between waits
 * @returns {Conductor}
 */
export function conductor(file, start, grain) {
  let now = start
  let step = 0
  let closed = false
  let running = false
  /** Until when time moves though nobody sleeps so long. */
  let until = 0
  /** @type {Map<Member, { step: number, due: number | undefined }>} */
  const members = new Map()
  const write = presentTo(file)
  write(now)
  const own = steppedClock(() => now)
  /** @type {() => void} */
  let nudge = () => {}

  async function move() {
    running = true
    while (!closed && (members.size > 0 || now < until)) {
      if ([...members.values()].some((member) => member.step !== step)) {
        await new Promise((resolve) => (nudge = () => resolve(undefined)))
        continue
      }
      const dues = [own.due(), ...[...members.values()].map(({ due }) => due)]
      if (now < until) dues.push(until)
      const next = Math.min(...dues.map((due) => due ?? Infinity))
      if (next === Infinity) {
        // Only the real world can go on: a lease that is lost, a process that ends.
        await new Promise((resolve) => (nudge = () => resolve(undefined)))
        continue
      }
      now = Math.max(now + 1, Math.ceil(next / grain) * grain)
      step++
      write(now)
      own.wake()
      // What the nodes answer is on its way before anybody is asked whether all has come.
      await turns()
      for (const member of members.keys()) member.tell(step)
    }
    running = false
  }
  const go = () => {
    nudge()
    if (!running) void move()
  }

  return {
    clock: own.clock,
    join(member) {
      members.set(member, { step: -1, due: undefined })
      member.tell(step)
      go()
    },
    leave(member) {
      members.delete(member)
      go()
    },
    quiet(member, at, due) {
      if (!members.has(member)) return
      members.set(member, { step: at, due })
      go()
    },
    async pass(ms) {
      until = now + ms
      const over = own.clock.sleepUntil(until, new AbortController().signal)
      go()
      await over
    },
    close() {
      closed = true
      nudge()
    },
  }
}

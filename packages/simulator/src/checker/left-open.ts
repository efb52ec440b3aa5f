import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import { deaths } from './deaths.js'
import { lockAt, type Asked, type NodeHistory } from './history.js'
import type { Judged, WireEntry } from './judged.js'
import { isLookProbe } from './probe.js'

/** A change that a process had written down, and of which no answer was recorded before it died. */
interface LeftOpen {
  readonly change: 'disable' | 'enable' | 'run'
  readonly id: number
  readonly at: Moment
}

const CHANGES: ReadonlySet<string> = new Set(['disable', 'enable', 'runonce'])

/**
 * S16: a change that a process that was killed had written down may have left at its last moment, whether or not anybody
 * saw it leave or answer. Who goes on sends that node no other until it has read what the change was to bring about, or
 * H has passed.
 */
export const checkLeftOpen: Check = (judged, nodes) => {
  const { plan, wire, openFor } = judged
  const from = wire.findIndex((entry) => isOf(entry, 'resumed'))
  if (from < 0) return []
  // A slow disk writes that down when the first nodes have been asked already.
  const goneOn = deaths(judged)[0]?.resumed ?? 0
  const left = leftOpen(judged)
  return wire.slice(from).flatMap((entry): Violation[] => {
    if (entry.what !== 'request' || !CHANGES.has(entry.action) || isLookProbe(entry.data)) return []
    return entry.nodes.flatMap((name): Violation[] => {
      const n = plan.nodes.indexOf(name)
      const open = left.get(n)
      left.delete(n)
      const node = nodes.get(name)
      if (open === undefined || node === undefined || entry.at >= open.at + openFor) return []
      const isRead = node.requests.some(
        (asked) =>
          asked.sent >= goneOn &&
          asked.sent <= entry.at &&
          shows(judged, node, asked, open) &&
          (asked.acted ?? Infinity) <= entry.at,
      )
      if (isRead) return []
      const message = `${entry.action} ${(entry.at - open.at) / 1000} s after the intent of ${open.change}, whose process died`
      return [{ promise: 'S16', node: name, message }]
    })
  })
}

function isOf(entry: WireEntry, type: string): boolean {
  return entry.what === 'durable' && entry.events.some((event) => event.type === type)
}

/** By node, as the journal has it that is gone on with. */
function leftOpen({ events }: Judged): Map<number, LeftOpen> {
  const left = new Map<number, LeftOpen>()
  for (const event of events) {
    if (event.type === 'resumed') break
    if (event.type === 'intent') {
      for (const n of event.nodes) left.set(n, event)
    } else if (event.type === 'answered') {
      for (const { node, silent } of event.nodes) {
        if (silent !== true && left.get(node)?.id === event.intent) left.delete(node)
      }
    }
  }
  return left
}

/** Whether a status that was answered saw what the change was to bring about. */
function shows(
  { report }: Judged,
  node: NodeHistory,
  { action, answered, acted, order }: Asked,
  { change, at }: LeftOpen,
): boolean {
  if (action !== 'status' || !answered || acted === null) return false
  switch (change) {
    case 'disable':
      return lockAt(node, order) === report.lock_text
    case 'enable':
      return lockAt(node, order) === undefined
    case 'run':
      return node.runs.some(
        ({ by, spawned, started }) =>
          by === report.caller && spawned >= at && started !== null && started <= acted,
      )
  }
}

import type { Random } from '@choirmaster/core/provide'
import type { SrvRecord } from './system.js'

const byName = (a: SrvRecord, b: SrvRecord): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : a.port - b.port

/** Draws one record after another, the odds of each in proportion to its weight (RFC 2782, "Weight"). */
function drawAll(group: readonly SrvRecord[], random: Random): readonly SrvRecord[] {
  // Weight 0 first, as the RFC wants it: those are drawn only by the lowest number. Then by name, as DNS rotates
  // its answers and the same random numbers should give the same order.
  const left = [...group].sort((a, b) => a.weight - b.weight || byName(a, b))
  const drawn: SrvRecord[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, record) => sum + record.weight, 0)
    const ticket = Math.floor(random.next() * (total + 1))
    let sum = 0
    const index = left.findIndex((record) => (sum += record.weight) >= ticket)
    drawn.push(...left.splice(index, 1))
  }
  return drawn
}

/**
 * Orders SRV records as they are to be tried: lower priority first, within one a weighted random order.
 * Trailing dots are taken off; a record that says that the service is not offered (`.`) is left out.
 */
export function orderSrvRecords(
  records: readonly SrvRecord[],
  random: Random,
): readonly SrvRecord[] {
  const groups = new Map<number, SrvRecord[]>()
  for (const record of records) {
    const name = record.name.replace(/\.$/, '')
    if (name === '') continue
    const group = groups.get(record.priority) ?? []
    groups.set(record.priority, [...group, { ...record, name }])
  }
  const priorities = [...groups.keys()].sort((a, b) => a - b)
  return priorities.flatMap((priority) => drawAll(groups.get(priority) ?? [], random))
}

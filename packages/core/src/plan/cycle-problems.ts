import type { Problem } from '../errors/coded-error.js'
import type { Loop } from './loops.js'
import type { Because } from './plan.js'
import type { ReasonsOf } from './reasons.js'

/** A longer circle is shown by its first nodes: 100,000 names are no message. */
const MOST_NODES = 20
/** Reasons of one edge that are spelled out. */
const MOST_REASONS = 3

/** A cycle as a problem: its path, then why each of its nodes waits for the one before. */
export function cycleProblem(loop: Loop, nodes: readonly string[], reasonsOf: ReasonsOf): Problem {
  const nameOf = (place: number): string => nodes[loop[place % loop.length] as number] as string
  const shown = Math.min(loop.length, MOST_NODES)
  const rest = loop.length - shown
  const path = Array.from({ length: shown }, (_, place) => nameOf(place))
  if (rest > 0) path.push(`(${rest} more nodes)`)
  path.push(nameOf(0))
  const waits = Array.from({ length: shown }, (_, place) => {
    const from = loop[place] as number
    const to = loop[(place + 1) % loop.length] as number
    const reasons = reasonsOf(to).get(from) ?? []
    const names = { from: nameOf(place), to: nameOf(place + 1) }
    return `${names.to} waits for ${names.from}, as ${inWords(reasons, names)}.`
  })
  return {
    code: 'plan-cycle',
    message: `Nodes wait for each other in a circle: ${path.join(' -> ')}. ${waits.join(' ')}`,
    place: nameOf(0),
  }
}

function inWords(reasons: readonly Because[], nodes: { from: string; to: string }): string {
  const words = reasons.slice(0, MOST_REASONS).map(({ capability, producer, consumer }) => {
    // An order that the source knows without components has nodes in their place.
    const isLink = producer === nodes.from && consumer === nodes.to
    return isLink
      ? `the site says (${capability})`
      : `${consumer} consumes ${capability} of ${producer}`
  })
  const rest = reasons.length - words.length
  return rest > 0 ? `${words.join(', ')} and for ${rest} more reasons` : words.join(' and ')
}

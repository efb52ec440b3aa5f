import type { Moment } from '../ports/clock.js'
import type { Random } from '../ports/random.js'

/** Crockford's alphabet: no letter that is taken for a digit. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** 32^6, a thousand million, runs a second before two are likely to meet. */
const RANDOM_CHARACTERS = 6

/** A run's id, sortable by time and short enough to type: `20261122T111547-k3f9q2`. */
export function runId(at: Moment, random: Random): string {
  const time = new Date(at).toISOString().replace(/[-:]/g, '').slice(0, 15)
  let tail = ''
  for (let i = 0; i < RANDOM_CHARACTERS; i++) tail += ALPHABET[Math.floor(random.next() * 32)]
  return `${time}-${tail}`
}

/** What a draw is for: each purpose of each node has its own sequence, so that one more fault shifts no other draw. */
const PURPOSES = {
  delay: 1,
  show: 2,
  duration: 3,
  reporting: 4,
  changes: 5,
  splay: 6,
  age: 7,
  chance: 8,
} as const
export type Purpose = keyof typeof PURPOSES

const mix = (value: number): number => {
  let hash = value
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The seed of a node, 32 bits: what happens to it does not depend on which others there are, nor on their order. */
export function nodeSeed(seed: number, name: string): number {
  let hash = mix(Math.trunc(seed) | 0) ^ Math.trunc(seed / 2 ** 32)
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  }
  return mix(hash)
}

/** A number in [0, 1): the `number`-th draw of a node for a purpose. */
export function draw(seed: number, purpose: Purpose, number: number): number {
  return (
    mix(mix(seed ^ Math.imul(PURPOSES[purpose], 0x9e3779b1)) + Math.imul(number, 0x85ebca77)) /
    2 ** 32
  )
}

/** Uniform in [low, high). */
export function between(low: number, high: number, drawn: number): number {
  return low + (high - low) * drawn
}

/** Log-normal: half of all are below `median`; `sigma` 0.5 puts two thirds between 0.6 and 1.6 medians. */
export function logNormal(median: number, sigma: number, first: number, second: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second)
  return median * Math.exp(sigma * normal)
}

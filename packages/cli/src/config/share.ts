import type { Share } from '@choirmaster/core'

/** A whole number of nodes, and a part of them in percent. */
const NODES = '[1-9]\\d*'
const PART = '(?:100|[1-9]\\d?)%'
const ONE = `(?:${NODES}|${PART})`

/** JSON Schema of a number of nodes. */
export const COUNT = {
  type: 'integer',
  minimum: 1,
  expected: 'a whole number of at least 1',
} as const

/** JSON Schema of a number of nodes or a part of them. */
export const SHARE = {
  type: ['integer', 'string'],
  minimum: 1,
  pattern: `^${PART}$`,
  expected: 'a whole number of at least 1, or a part such as 10%',
} as const

/** JSON Schema of one share, or of a ramp. */
export const RAMP = {
  type: ['integer', 'string'],
  minimum: 1,
  pattern: `^(?:${PART}|${ONE}(?:,${ONE})+)$`,
  expected: 'a whole number of at least 1, a part such as 10%, or a ramp such as 1,10%,50%',
} as const

/** What a flag is given: a number where it is one; undefined: none of what the schema takes. */
export function flagValue(
  text: string,
  { pattern }: { readonly pattern?: string },
): number | string | undefined {
  if (/^\d+$/.test(text)) {
    const nodes = Number(text)
    return Number.isSafeInteger(nodes) && nodes >= 1 ? nodes : undefined
  }
  return pattern !== undefined && new RegExp(pattern).test(text) ? text : undefined
}

/** A share as the configuration holds it. */
export function readShare(value: string | number): Share {
  return typeof value === 'string' && value.endsWith('%') ? (value as `${number}%`) : Number(value)
}

/** A ramp as the configuration holds it, `1,10%,50%`; one share is that share. */
export function readRamp(value: string | number): Share | readonly Share[] {
  const [first, ...others] = String(value).split(',').map(readShare)
  return others.length === 0 ? (first as Share) : [first as Share, ...others]
}

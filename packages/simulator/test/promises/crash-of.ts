import type { Crash } from '../resume/crashing.js'

export const WHERE: readonly Crash['where'][] = [
  'before the append',
  'after the append',
  'before the request',
  'after the request',
]

/** Spread over the appends and requests of a run; more than some runs have, which then do not crash. */
export const crashOf = (seed: number): Crash => ({
  where: WHERE[seed % WHERE.length] as Crash['where'],
  at: 1 + ((seed * 7) % 60),
})

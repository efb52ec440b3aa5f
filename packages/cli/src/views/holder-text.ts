import { type HeldLock, whereabouts } from '@choirmaster/core'
import { cleanLine } from './clean.js'
import type { Colours } from './colour.js'

/** Who works on a run that has not ended, as its lock says; undefined: nobody holds it. */
export type Holder = HeldLock | undefined

/** What tells two findings about a holder apart: a sign of life more is nothing new. */
export function holderState(holder: Holder): string {
  return holder === undefined ? 'nobody' : `${holder.gone ? 'gone' : 'alive'} ${holder.epoch}`
}

/**
 * What is told of the holder of a run that is quiet, and what can be done. Lines without ends.
 * @param touched whether the run may have changed a node
 */
export function holderText(
  run: string,
  holder: Holder,
  touched: boolean,
  { good, bad }: Colours,
): string[] {
  const who = holder && cleanLine(`${holder.by} on ${whereabouts(holder)}`)
  if (holder !== undefined && !holder.gone) return [good(`The run is held by ${who}`)]
  return [
    bad(
      holder === undefined
        ? 'Nobody holds the run any more, and its journal does not say how it ended'
        : `The holder of the run is gone: ${who}`,
    ),
    touched
      ? `Go on with it: choirmaster resume ${run}`
      : 'No node was touched by it: start another one with choirmaster run',
  ]
}

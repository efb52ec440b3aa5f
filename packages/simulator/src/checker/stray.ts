import { isGood, type NodeHistory, type PuppetRun } from './history.js'

/** Longer than a Puppet process was ever seen to load (puppet agent notes, 3.1: 13 s), ms. */
export const MOST_LOADING_MS = 15_000

/**
 * A run of ours that loads for longer than anybody waits, on a node that somebody else's run had proved before it took the
 * lock: it runs after its node was released, and nobody counts it any more (promises, S6).
 */
export function isStray(
  { by, spawned, started }: PuppetRun,
  { runs, requests }: Pick<NodeHistory, 'runs' | 'requests'>,
  caller: string,
): boolean {
  if (by !== caller || started === null || started - spawned <= MOST_LOADING_MS) return false
  const isAskedAgain = requests.some(
    ({ action, acted }) =>
      action === 'runonce' && acted !== null && acted > spawned && acted < started,
  )
  if (isAskedAgain) return false
  return runs.some(
    (other) =>
      other.by !== caller &&
      isGood(other) &&
      (other.started ?? 0) >= spawned &&
      (other.over ?? Infinity) <= started,
  )
}

import { checkAccounting } from './accounting.js'
import { histories, type Judged, type NodeHistory } from './history.js'
import { checkLocks } from './locks.js'
import { checkOrder } from './order.js'
import { checkProof } from './proof.js'
import { checkRecord } from './record.js'
import { checkStarts } from './starts.js'

/** A promise that was broken, by its id in docs/promises.md. */
export interface Violation {
  readonly promise: string
  readonly node?: string
  readonly message: string
}

/** One promise, or a few that are read off the same entries. */
export type Check = (judged: Judged, nodes: ReadonlyMap<string, NodeHistory>) => Violation[]

const CHECKS: readonly Check[] = [
  checkOrder, // S1
  checkProof, // S2
  checkLocks, // S3, S4
  checkAccounting, // S5, R4
  checkStarts, // S6, S7, S8, S11, S13
  checkRecord, // R2, R3
]

/** Holds a run against the promises. Knows nothing of the engine: it reads the fleet's own log and the report. */
export function check(judged: Judged): Violation[] {
  const nodes = histories(judged.log, judged.report.caller)
  return CHECKS.flatMap((each) => each(judged, nodes))
}

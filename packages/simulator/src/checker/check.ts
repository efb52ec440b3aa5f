import { checkAccounting } from './accounting.js'
import { checkAskedAtOnce } from './asked-at-once.js'
import { checkBatches } from './batches.js'
import { checkBudget } from './budget.js'
import { checkContainment } from './containment.js'
import { checkEnd } from './end.js'
import { checkExit } from './exit.js'
import { checkFidelity } from './fidelity.js'
import { checkGivenUp } from './given-up.js'
import { checkGroups } from './groups.js'
import { histories, type NodeHistory } from './history.js'
import { checkIdle } from './idle.js'
import { checkIntents } from './intents.js'
import type { Judged } from './judged.js'
import { checkLeftOpen } from './left-open.js'
import { checkLoading } from './loading.js'
import { checkLook } from './look.js'
import { checkLocks } from './locks.js'
import { checkLockStates } from './lock-states.js'
import { checkOnce } from './once.js'
import { checkOpenChanges } from './open-changes.js'
import { checkGate } from './gate.js'
import { checkOrder } from './order.js'
import { checkProof } from './proof.js'
import { checkRecord } from './record.js'
import { checkRelease } from './release.js'
import { checkResults } from './results.js'
import { checkTrial } from './trial.js'
import { checkWidth } from './width.js'

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
  checkGate, // S1
  checkProof, // S2
  checkLocks, // S3, S4
  checkAccounting, // S5
  checkLockStates, // S5
  checkRelease, // S5
  checkWidth, // S6
  checkLoading, // S6
  checkBatches, // S6
  checkBudget, // S7
  checkGivenUp, // S7
  checkOnce, // S8
  checkFidelity, // S10, S11
  checkGroups, // S10
  checkIntents, // S13, S18
  checkTrial, // S14
  checkLook, // S14
  checkContainment, // S15
  checkOpenChanges, // S16
  checkLeftOpen, // S16
  checkEnd, // L1, L5
  checkIdle, // L3
  checkAskedAtOnce, // L3
  checkRecord, // R1, R3
  checkResults, // R2
  checkExit, // R4
]

/** Holds a run against the promises. Knows nothing of the engine: it reads the fleet's own log, the ports and the report. */
export function check(judged: Judged): Violation[] {
  const nodes = histories(judged)
  return CHECKS.flatMap((each) => each(judged, nodes))
}

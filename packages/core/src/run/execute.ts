import type { RunHeader } from '../providers/store.js'
import { adoptedBefore, shutOut, waitOut } from './adopt.js'
import { createState, type Created } from './create-state.js'
import { drive } from './driver/drive.js'
import { waitForEnded } from './ended-runs.js'
import { giveBack } from './give-back.js'
import { checkIdentityEnd } from './identity-end.js'
import { lockText } from './lock-text.js'
import { reportOf } from './report.js'
import type { RunReport } from './report-types.js'
import type { RunInput } from './run-input.js'

/**
 * Looks, asks, locks, runs group by group, judges and releases. Resolves with the report however the run ends.
 * @throws CodedError before the first change: the store or its lock is not to be had, or who we are ends too soon.
 */
export async function executeRun(input: RunInput): Promise<RunReport> {
  const { clock, store, agent, plan } = input
  const at = clock.now()
  const call = { signal: input.hard }
  const ends = checkIdentityEnd(agent.validUntil, at, plan, input.options)
  const header: RunHeader = {
    run: input.run,
    at: new Date(at).toISOString(),
    by: agent.caller,
    environment: plan.environment,
    nodes: plan.nodes.length,
  }
  const { adopt } = input
  if (adopt !== undefined) await clock.hold(shutOut(store, adopt, call))
  const lease = await clock.hold(store.lock(plan.nodes, header, call))
  try {
    const waiting = { ...input, openFor: agent.openFor }
    if (adopt !== undefined) await waitOut(adopt, waiting, call)
    await waitForEnded(plan.nodes, waiting, call)
    const before = adopt === undefined ? [] : await clock.hold(adoptedBefore(store, adopt, call))
    const journal = await clock.hold(store.create(header, call))
    try {
      const created: Created = {
        type: 'created',
        at,
        version: 1,
        run: input.run,
        caller: agent.caller,
        lockText: lockText(input.run, agent.caller, at),
        openFor: agent.openFor,
        options: input.options,
        plan,
        ...(adopt === undefined ? {} : { adopts: adopt }),
        ...(before.length > 0 && { adoptsToo: before }),
        ...(input.witness && { witnessed: true as const }),
        ...(input.past && { past: input.past }),
        ...(input.origin === undefined ? {} : { origin: input.origin }),
      }
      const state = createState(created)
      await drive({
        ...input,
        state,
        journal,
        lease,
        first: created,
        written: 0,
        ...(ends && { notice: ends }),
      })
      return reportOf(state)
    } finally {
      await giveBack(async () => journal.close?.(), input)
    }
  } finally {
    await giveBack(() => lease.release(), input)
  }
}

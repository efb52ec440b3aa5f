import type { RunEvent } from '@choirmaster/core'
import { fail } from './errors.js'
import type { Origin } from './origin.js'
import type { Session } from './session.js'
import { hasEnded } from './simulated-locks.js'

/**
 * Nodes of a simulated fleet are others than the real ones of the same names, and than those of another fleet: what they
 * say tells nothing of the run, and a report made of it would be false.
 * @param created the run's first event, where its journal has one
 * @throws CodedError `run-other-fleet`
 */
export async function refuseOtherFleet(
  { fleet: here }: Pick<Session, 'fleet'>,
  run: string,
  created: RunEvent | undefined,
): Promise<void> {
  if (created?.type !== 'created') return
  const { fleet: there } = (created.origin ?? {}) as Partial<Origin>
  const { SIMULATED_CALLER } = await import('@choirmaster/simulator')
  if (there === here) return
  // Journals of before fleets were kept say only whether theirs was one.
  const wasSimulated = there !== undefined || created.caller === SIMULATED_CALLER
  if (there === undefined && wasSimulated && here !== undefined) return
  const reached = here === undefined ? 'real nodes' : 'a simulated fleet'
  throw fail('run-other-fleet', {
    message: `Run ${run} was made on ${wasSimulated ? fleetText(there) : 'real nodes'}, and this command reaches ${wasSimulated && here !== undefined ? 'another one' : reached}`,
    place: run,
    hint: hintFor(wasSimulated, there),
  })
}

function fleetText(fleet: string | undefined): string {
  if (fleet === undefined) return 'a simulated fleet'
  return hasEnded(fleet)
    ? 'a simulated fleet that ended with its process'
    : `the simulated fleet ${fleet}`
}

function hintFor(wasSimulated: boolean, fleet: string | undefined): string {
  if (!wasSimulated) {
    return 'Reach the nodes as the run did: with its Choria configuration (`--choria-config FILE`), which `choirmaster config` shows and `choirmaster doctor` tries.'
  }
  if (fleet === undefined || hasEnded(fleet)) {
    return 'Nothing is left of it. A fleet that is kept in a file, `--set transport.state=FILE`, can be gone on with.'
  }
  return `Reach the same: \`--transport simulator --set transport.state=${fleet}\`.`
}

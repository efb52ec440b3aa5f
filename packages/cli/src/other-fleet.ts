import { onFleet } from './enable/freeing.js'
import { fail } from './errors.js'
import type { Origin } from './origin.js'
import type { Created } from './read-events.js'
import type { Session } from './session.js'
import { hasEnded } from './simulated-locks.js'

/**
 * Nodes of a simulated fleet are others than the real ones of the same names, and than those of another fleet: what they
 * say tells nothing of the run, and a report made of it would be false.
 * @throws CodedError `run-other-fleet`
 */
export async function refuseOtherFleet(
  { fleet: here }: Pick<Session, 'fleet'>,
  run: string,
  created: Created,
): Promise<void> {
  const { fleet: there } = (created.origin ?? {}) as Partial<Origin>
  if (there === here) return
  if (there === undefined) {
    // Journals of before fleets were kept say only whether theirs was one.
    const { SIMULATED_CALLER } = await import('@choirmaster/simulator')
    if (created.caller === SIMULATED_CALLER) return
  }
  const reached =
    here === undefined ? 'real nodes' : there === undefined ? 'a simulated fleet' : 'another one'
  throw fail('run-other-fleet', {
    message: `Run ${run} was made on ${fleetText(there)}, and this command reaches ${reached}`,
    place: run,
    hint: hintFor(there),
  })
}

function fleetText(fleet: string | undefined): string {
  if (fleet === undefined) return 'real nodes'
  return hasEnded(fleet)
    ? 'a simulated fleet that ended with its process'
    : `the simulated fleet ${fleet}`
}

function hintFor(fleet: string | undefined): string {
  if (fleet === undefined) {
    return 'Reach the nodes as the run did: with its Choria configuration (`--choria-config FILE`), which `choirmaster config` shows and `choirmaster doctor` tries.'
  }
  if (hasEnded(fleet)) {
    return 'Nothing is left of it. A fleet that is kept in a file, `--set transport.state=FILE`, can be gone on with.'
  }
  return `Reach the same: \`${onFleet(fleet)}\`.`
}

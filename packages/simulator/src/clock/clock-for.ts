import { resolve } from 'node:path'
import type { Clock, Moment } from '@choirmaster/core/provide'
import { systemClock } from '@choirmaster/core/system'
import { readState } from '../fleet/read-state.js'
import type { SimulatorOptions } from '../options.js'
import { readScenario } from '../scenario/read-scenario.js'
import { scaledClock } from './scaled-clock.js'
import { virtualClock } from './virtual-clock.js'

/**
 * The clock of a simulated fleet: whoever opens the simulator builds it first, from the same options, and runs
 * everything on it. A kept fleet goes on where it was, never earlier.
 * @throws CodedError as opening the simulator would: `document-*`, `scenario-*`, `simulator-state-unusable`
 */
export async function clockFor(options: SimulatorOptions, baseDir: string): Promise<Clock> {
  const scenario =
    options.scenario === undefined ? {} : await readScenario(options.scenario, baseDir)
  const saved =
    options.state === undefined ? undefined : await readState(resolve(baseDir, options.state))
  const start = Math.max(startOf(scenario.start), saved?.at ?? 0)
  const speed = options.speed ?? scenario.speed ?? 'max'
  return speed === 'max' ? virtualClock(start) : scaledClock(speed, start)
}

function startOf(start = 'now'): Moment {
  return start === 'now' ? systemClock().now() : Date.parse(start)
}

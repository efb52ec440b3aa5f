import { executeRun, makePlan, type RunEvent, toRunPlan, WHOLE_SITE } from '@choirmaster/core'
import { sha256 } from '@choirmaster/core/system'
import { fakeIo } from './fake-io.js'
import { fakeWorld, type World } from './fake-session.js'

/** The events of a run on the simulated fleet, as they happen; confirmed by flag. */
export async function recordRun(world: World): Promise<readonly RunEvent[]> {
  const plan = makePlan(world.environment, WHOLE_SITE, sha256)
  const session = await fakeWorld(world).openSession({}, fakeIo(), [])
  const never = new AbortController().signal
  const events: RunEvent[] = []
  await executeRun({
    run: '20261122T111547-k3f9q2',
    plan: toRunPlan(plan),
    options: session.optionsFor(plan),
    agent: await session.openAgent(),
    store: await session.openStore(),
    clock: session.clock,
    confirm: () => Promise.resolve('flag'),
    onEvents: (batch) => void events.push(...batch),
    soft: never,
    hard: never,
  })
  return events
}

import {
  executeRun,
  type Moment,
  type RunEvent,
  type RunInput,
  type RunReport,
} from '@choirmaster/core'
import type { MemoryStore } from '@choirmaster/core/testing'
import { RUN, simulate, type Simulated } from '../engine/simulate.js'
import { crashing } from '../resume/crashing.js'
import { SITE, type Adoption } from './random-adoption.js'

/** The run that takes over. */
export const NEXT = '20261122T030000-fixed1'

export interface Adopted {
  readonly adoption: Adoption
  readonly simulated: Simulated
  /** When the second run began. */
  readonly begun: Moment
  /** What the journal of the second run holds. */
  readonly events: readonly RunEvent[]
}

/** Both runs, one after the other. @throws what the second throws, as when it cannot be resumed */
export async function runAdoption(adoption: Adoption): Promise<Adopted> {
  const { seed, scenario, weakStore, first, crash, interrupt } = adoption
  let begun = 0
  let events: readonly RunEvent[] = []
  const simulated = await simulate({
    ...{ plan: SITE, seed, scenario, weakStore },
    options: { keepDisabled: 'all', width: 2 },
    async engine(input) {
      const next = async (): Promise<RunReport> => {
        begun = input.clock.now()
        const run = crash === null ? executeRun : crashing(crash)
        const second = { ...input, run: NEXT, adopt: RUN }
        const report = await run(
          interrupt === null ? second : interrupted(second, { how: 'soft', at: interrupt }),
        )
        events = (input.store as MemoryStore).events(NEXT)
        return report
      }
      if (first.how !== 'killed') {
        await executeRun(interrupted(input, first))
        return next()
      }
      let killed = false
      const report = await crashing(first.crash, () => (killed = true), next)(input)
      return killed ? report : next()
    },
  })
  return { adoption, simulated, begun, events }
}

function interrupted(input: RunInput, first: Adoption['first']): RunInput {
  if (first.how !== 'soft' && first.how !== 'hard') return input
  const { clock } = input
  const interrupt = new AbortController()
  const moment = clock.now() + first.at * 1_000
  void clock.sleepUntil(moment, new AbortController().signal).then(() => interrupt.abort('SIGINT'))
  return { ...input, [first.how]: interrupt.signal }
}

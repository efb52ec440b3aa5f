import { errorMaker, type ErrorTable } from '../errors/coded-error.js'
import type { RunHeader, RunStore } from '../providers/store.js'
import { createState } from './create-state.js'
import { drive } from './driver/drive.js'
import { guard } from './driver/guard.js'
import type { RunEvent } from './events.js'
import { lookForLost } from './look/look-for-lost.js'
import { reduce } from './reduce/reduce.js'
import { reportOf } from './report.js'
import type { RunReport } from './report-types.js'
import type { RunInput } from './run-input.js'
import type { RunState } from './state.js'

export const resumeErrors = {
  'resume-ended': {
    title: 'The run has ended, so there is nothing to go on with',
    hint: 'See how it ended with `choirmaster show RUN`; what it left disabled is enabled by `choirmaster enable --run RUN`.',
    exit: 3,
  },
  'resume-untouched': {
    title: 'The run ended before it touched a node',
    hint: 'Start a new one with `choirmaster run`.',
    exit: 3,
  },
  'resume-journal': {
    title: 'The journal cannot be gone on with',
    hint: 'Enable what the run left with `choirmaster enable --run RUN`, which needs no journal.',
    exit: 1,
  },
} as const satisfies ErrorTable

const fail = errorMaker(resumeErrors)

/** What a run that is gone on with needs from outside; plan and options are those of its journal. */
export type ResumeInput = Omit<
  RunInput,
  'plan' | 'options' | 'origin' | 'adopt' | 'findings' | 'confirm'
>

/** The newest version of the journal that this engine reads. */
const VERSION = 1

/**
 * The state in which a run was left.
 * @throws CodedError `resume-journal` for one that this version does not read
 */
function stateFromEvents(run: string, events: readonly RunEvent[]): RunState {
  const [created, ...rest] = events
  if (created?.type !== 'created') {
    throw fail('resume-journal', {
      message: `The journal of ${run} does not begin with the run`,
      place: run,
    })
  }
  if (created.version !== VERSION) {
    throw fail('resume-journal', {
      message: `The journal of ${run} has version ${String(created.version)}; this is choirmaster with version ${VERSION}`,
      place: run,
    })
  }
  const state = createState(created)
  for (const event of rest) reduce(state, event)
  return state
}

/**
 * Goes on with a run whose process is gone: the same run with the same plan and limits. It looks at the nodes first
 * and requests nothing twice.
 * @throws CodedError `resume-ended`, `resume-untouched`, `resume-journal`; of the store: the run is
 *   still alive, or another one holds its nodes
 */
export async function resumeRun(input: ResumeInput): Promise<RunReport> {
  const { clock, store, agent, run } = input
  const call = { signal: input.hard }
  const journal = await clock.hold(store.open(run, call))
  try {
    const known = await read(journal.read(0, call), clock.hold.bind(clock))
    const { plan, createdAt, caller } = stateFromEvents(run, known)
    const header: RunHeader = {
      run,
      at: new Date(createdAt).toISOString(),
      by: caller,
      environment: plan.environment,
      nodes: plan.nodes.length,
    }
    const lease = await clock.hold(store.lock(plan.nodes, header, call))
    try {
      // Read again under the lock: the run may have gone on, or ended, between the first reading and now.
      const events = await read(journal.read(0, call), clock.hold.bind(clock))
      const state = stateFromEvents(run, events)
      refuse(state, store.durability)
      const at = clock.now()
      const { mayAsk } = guard(lease, clock)
      const lost = store.durability === 'weak' ? await lookForLost(state, input, mayAsk) : []
      await drive({
        ...input,
        state,
        journal,
        lease,
        first: { type: 'resumed', at, by: agent.caller, ...(lost.length > 0 && { lost }) },
        written: events.length,
        confirm: () => Promise.resolve('declined'),
      })
      return reportOf(state)
    } finally {
      await lease.release()
    }
  } finally {
    await journal.close?.()
  }
}

async function read(
  stream: AsyncIterable<RunEvent>,
  hold: <T>(work: Promise<T>) => Promise<T>,
): Promise<RunEvent[]> {
  const events: RunEvent[] = []
  const all = async (): Promise<void> => {
    for await (const event of stream) events.push(event)
  }
  await hold(all())
  return events
}

function refuse({ run, phase }: RunState, durability: RunStore['durability']): void {
  if (phase === 'ended') throw fail('resume-ended', { message: `Run ${run} has ended`, place: run })
  if (phase === 'look' || phase === 'confirm') {
    throw fail('resume-untouched', {
      message: `Run ${run} ended before it touched a node`,
      place: run,
      ...(durability === 'weak' && {
        hint: `The run store may have lost what came after: \`choirmaster enable --run ${run}\` frees what the run disabled all the same. Then start a new one with \`choirmaster run\`.`,
      }),
    })
  }
}

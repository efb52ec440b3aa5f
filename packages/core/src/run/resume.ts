import { errorMaker, type ErrorTable } from '../errors/coded-error.js'
import type { RunHeader, RunStore } from '../providers/store.js'
import { createState, type Created } from './create-state.js'
import { drive } from './driver/drive.js'
import { guard } from './driver/guard.js'
import type { RunEvent } from './events.js'
import { giveBack } from './give-back.js'
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

/** What a run that is gone on with needs from outside; plan, options and what was known of run times are those of its journal. */
export type ResumeInput = Omit<
  RunInput,
  'plan' | 'options' | 'origin' | 'adopt' | 'past' | 'findings' | 'confirm'
>

/** The newest version of the journal that this engine reads. */
const VERSION = 1

/** What a journal begins with. @throws CodedError `resume-journal` for one that this version does not read */
function begin(run: string, first: RunEvent | undefined): Created {
  if (first?.type !== 'created') {
    throw fail('resume-journal', {
      message: `The journal of ${run} does not begin with the run`,
      place: run,
    })
  }
  if (first.version !== VERSION) {
    throw fail('resume-journal', {
      message: `The journal of ${run} has version ${String(first.version)}; this is choirmaster with version ${VERSION}`,
      place: run,
    })
  }
  return first
}

/**
 * The state in which a run was left, and how many events its journal holds. They are folded as they are read: those of
 * 50,000 nodes are too many to hold.
 */
export async function leftBehind(
  run: string,
  stream: AsyncIterable<RunEvent>,
): Promise<{ state: RunState; events: number }> {
  let state: RunState | undefined
  let events = 0
  for await (const event of stream) {
    events++
    if (state === undefined) state = createState(begin(run, event))
    else reduce(state, event)
  }
  return { state: state ?? createState(begin(run, undefined)), events }
}

async function firstOf(stream: AsyncIterable<RunEvent>): Promise<RunEvent | undefined> {
  for await (const event of stream) return event
  return undefined
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
    const { plan } = begin(run, await clock.hold(firstOf(journal.read(0, call))))
    // Who goes on with it, and since when: that is who has to be asked about the lock.
    const header: RunHeader = {
      run,
      at: new Date(clock.now()).toISOString(),
      by: agent.caller,
      environment: plan.environment,
      nodes: plan.nodes.length,
    }
    const lease = await clock.hold(store.lock(plan.nodes, header, call))
    try {
      // Under the lock: until then the run may have gone on, or ended.
      const { state, events } = await clock.hold(leftBehind(run, journal.read(0, call)))
      refuse(state, store.durability)
      const { mayAsk } = guard(lease, clock)
      const lost = store.durability === 'weak' ? await lookForLost(state, input, mayAsk) : []
      // Not before the look, which may last a quarter of an hour: deadlines begin again now.
      const at = clock.now()
      await drive({
        ...input,
        state,
        journal,
        lease,
        first: {
          ...{ type: 'resumed', at, by: agent.caller },
          ...(lost.length > 0 && { lost }),
        },
        written: events,
        confirm: () => Promise.resolve('declined'),
      })
      return reportOf(state)
    } finally {
      await giveBack(() => lease.release(), input)
    }
  } finally {
    await giveBack(async () => journal.close?.(), input)
  }
}

function refuse({ run, phase, adopts }: RunState, durability: RunStore['durability']): void {
  if (phase === 'ended') throw fail('resume-ended', { message: `Run ${run} has ended`, place: run })
  if (phase === 'look' || phase === 'confirm') {
    // Any other run is refused nodes that carry the message of the one whose nodes this one was to take over.
    const anew = `choirmaster run${adopts[0] === undefined ? '' : ` --adopt ${adopts[0]}`}`
    throw fail('resume-untouched', {
      message: `Run ${run} ended before it touched a node`,
      place: run,
      hint:
        durability === 'weak'
          ? `The run store may have lost what came after: \`choirmaster enable --run ${run}\` frees what the run disabled all the same. Then start a new one with \`${anew}\`.`
          : `Start a new one with \`${anew}\`.`,
    })
  }
}

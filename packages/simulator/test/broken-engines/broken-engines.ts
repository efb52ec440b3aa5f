import {
  DEFAULT_FAILURES,
  executeRun,
  resumeRun,
  type EngineOptions,
  type NodeAgent,
  type RunPlan,
  type RunReport,
  type RunStore,
} from '@choirmaster/core'
import {
  believesTheTrial,
  everyLockIsOurs,
  impatient,
  insteadOf,
  judgedBy,
  neverReleases,
  requestsAreDeeds,
  restless,
  runsTwice,
  silenceIsFine,
  verdict,
  withoutTrial,
} from './broken-agents.js'
import { blamesNobody, blamesTheFirst, knowsNoLock, swapped, withoutOne } from './broken-reports.js'
import {
  asksStrangers,
  dawdles,
  dawdlesOnceInterrupted,
  deaf,
  disablesBeforeItAsks,
  dallies,
  enablesAllAtTheEnd,
  firstProducerOnly,
  type Engine,
} from './broken-runs.js'
import type { Mode } from '../promises/modes.js'
import type { GoOn } from '../promises/run-case.js'
import { mayFail, oftenTried, oneMore, sparesTheSilent } from './broken-policies.js'
import { believesTheDead } from './broken-heirs.js'
import { nothingIsOpen, unansweredIsUnsent } from './broken-readers.js'
import { carefree, hasty, withoutIntents } from './broken-stores.js'
import { seedEngine } from './seed-engine.js'

/** Milliseconds; eleven days. */
const FOR_EVER = 1e9

/** An engine that is broken on purpose, and the promise that must catch it. */
export type BrokenEngine = {
  readonly name: string
  readonly promise: string
  readonly mode?: Mode
} & (
  | { readonly engine: Engine }
  /** Ours, which is killed, and broken in how it goes on. */
  | { readonly goOn: GoOn }
)

const agent =
  (change: (agent: NodeAgent) => NodeAgent): Engine =>
  (input) =>
    executeRun({ ...input, agent: change(input.agent) })

const store =
  (change: (store: RunStore) => RunStore): Engine =>
  (input) =>
    executeRun({ ...input, store: change(input.store) })

const reader =
  (change: (store: RunStore) => RunStore): GoOn =>
  (input) =>
    resumeRun({ ...input, store: change(input.store) })

const plan =
  (change: (plan: RunPlan) => RunPlan): Engine =>
  (input) =>
    executeRun({ ...input, plan: change(input.plan) })

const options =
  (change: (options: EngineOptions) => EngineOptions): Engine =>
  (input) =>
    executeRun({ ...input, options: change(input.options) })

/** Tells something else than what happened. */
const report =
  (change: (report: RunReport) => RunReport): Engine =>
  async (input) =>
    change(await executeRun(input))

export const BROKEN_ENGINES: readonly BrokenEngine[] = [
  { name: 'the 2016 orchestrator', promise: 'S2', engine: seedEngine },
  {
    name: 'the 2016 orchestrator, on nodes that get well',
    promise: 'L2',
    mode: 'liveness',
    engine: seedEngine,
  },
  { name: 'first producer wins', promise: 'S1', engine: plan(firstProducerOnly) },
  {
    name: 'order is ignored',
    promise: 'S1',
    engine: plan((p) => ({ ...p, edges: [], groups: [p.groups.flat()] })),
  },
  {
    name: 'goes on without a gate',
    promise: 'S1',
    engine: options(({ gate: _, ...o }) => o),
  },
  {
    name: 'a check that did not pass is none',
    promise: 'S1',
    engine: (input) =>
      executeRun({ ...input, probe: async () => ({ passed: true, message: 'never mind' }) }),
  },
  {
    name: 'the time of the run is ignored',
    promise: 'S7',
    engine: options(({ until: _, ...o }) => o),
  },
  { name: 'silence is success', promise: 'S2', engine: agent(silenceIsFine) },
  {
    name: 'no failed resources is success',
    promise: 'S2',
    engine: agent((a) => judgedBy(a, (facts) => facts['failed'] === 0)),
  },
  {
    name: 'a cached catalog is success',
    promise: 'S2',
    engine: agent((a) =>
      insteadOf(a, (v) => (v.code === 'puppet-stale-catalog' ? { ...v, result: 'changed' } : v)),
    ),
  },
  { name: 'every lock is ours', promise: 'S3', engine: agent(everyLockIsOurs) },
  {
    name: 'enables all at the end, whoever disabled them',
    promise: 'S4',
    engine: enablesAllAtTheEnd,
  },
  {
    name: 'enables a minute after it has read the message',
    promise: 'S4',
    engine: dawdles({ enable: 60_000 }),
  },
  {
    name: 'goes on with what the process before had read',
    promise: 'S4',
    goOn: believesTheDead,
  },
  { name: 'what was asked for is done', promise: 'S5', engine: agent(requestsAreDeeds) },
  {
    name: 'a node is left out of the nodes left disabled',
    promise: 'S5',
    engine: report((r) => ({ ...r, left_disabled: withoutOne(r.left_disabled) })),
  },
  { name: 'knows of no lock how it is', promise: 'S5', engine: report(knowsNoLock) },
  {
    name: 'frees everybody at the end',
    promise: 'S5',
    engine: options((o) => ({ ...o, keepDisabled: 'none' })),
  },
  {
    name: 'frees nobody after a failure',
    promise: 'S5',
    engine: options((o) => ({ ...o, keepDisabled: 'all' })),
  },
  {
    name: 'frees what belongs to a failed node',
    promise: 'S5',
    engine: options((o) =>
      o.keepDisabled === 'application' ? { ...o, keepDisabled: 'failed' } : o,
    ),
  },
  {
    name: 'never frees what it has judged, and says so',
    promise: 'S5',
    engine: agent(neverReleases),
  },
  {
    name: 'width is ignored',
    promise: 'S6',
    engine: options((o) => ({ ...o, width: 1000 })),
  },
  {
    name: 'batches are one',
    promise: 'S6',
    engine: options(({ batch: _, ...o }) => o),
  },
  {
    name: 'batches are one where some may fail',
    promise: 'S6',
    engine: options((o) => {
      const { batch: _, ...whole } = o
      return mayFail(o) ? whole : o
    }),
  },
  { name: 'enables what still loads', promise: 'S6', engine: agent(restless) },
  { name: 'canaries do not sing', promise: 'S6', engine: options(({ canary: _, ...o }) => o) },
  {
    name: 'streams in groups',
    promise: 'L3',
    mode: 'liveness',
    engine: options((o) => ({ ...o, order: 'groups' })),
  },
  {
    name: 'asks for a run a minute after the node was enabled',
    promise: 'L3',
    mode: 'liveness',
    engine: dawdles({ run: 60_000 }),
  },
  {
    name: 'one at a time',
    promise: 'L3',
    mode: 'liveness',
    engine: options((o) => ({ ...o, width: 1 })),
  },
  {
    name: 'one at a time where a witness is told how runs end',
    promise: 'L3',
    mode: 'liveness',
    engine: (input) =>
      executeRun(
        input.witness === undefined ? input : { ...input, options: { ...input.options, width: 1 } },
      ),
  },
  {
    name: 'a failed run is asked for again',
    promise: 'S7',
    engine: agent((a) => insteadOf(a, (v) => (v.result === 'failed' ? verdict('foreign') : v))),
  },
  {
    name: 'nodes that fell silent are in no budget',
    promise: 'S7',
    engine: sparesTheSilent,
  },
  { name: 'interrupts are ignored', promise: 'S7', engine: deaf },
  {
    name: 'one failure more than the budget',
    promise: 'S7',
    engine: options((o) => ({ ...o, failures: oneMore(o.failures ?? DEFAULT_FAILURES) })),
  },
  {
    name: 'a failure within the budget stops all the same',
    promise: 'S15',
    engine: options((o) => ({ ...o, failures: DEFAULT_FAILURES })),
  },
  {
    name: 'where there are canaries, any failure stops the run',
    promise: 'S15',
    engine: options((o) => (o.canary === undefined ? o : { ...o, failures: DEFAULT_FAILURES })),
  },
  {
    name: 'nobody is to blame for what is skipped',
    promise: 'S15',
    engine: report(blamesNobody),
  },
  { name: 'each run is asked for twice', promise: 'S8', engine: agent(runsTwice) },
  {
    name: "takes what a clock that was set back makes look older for somebody else's",
    promise: 'S8',
    engine: agent((a) =>
      insteadOf(a, (v) => (v.code === 'puppet-older-run' ? { ...v, result: 'foreign' } : v)),
    ),
  },
  {
    name: 'tries again more often than it may',
    promise: 'S8',
    engine: options((o) => ({
      ...o,
      failures: oftenTried(o.failures),
    })),
  },
  {
    name: 'asks again and again for a run that never shows',
    promise: 'S8',
    engine: (input) =>
      executeRun({
        ...input,
        options: { ...input.options, failures: oftenTried(input.options.failures) },
        // Only those: a run that was judged is made no more often than it may.
        agent: insteadOf(input.agent, (v) => (v.result === 'failed' ? verdict('unknown') : v)),
      }),
  },
  {
    name: 'tries again what may still be running',
    promise: 'S8',
    engine: agent(impatient),
  },
  {
    name: 'asks for a noop run',
    promise: 'S10',
    engine: agent((a) => ({
      ...a,
      requestRun: (nodes, o, call) => a.requestRun(nodes, { ...o, noop: true }, call),
    })),
  },
  {
    name: 'begins a group before the one before it is over',
    promise: 'S10',
    engine: options((o) =>
      o.batch === undefined && o.canary === undefined ? { ...o, order: 'stream' } : o,
    ),
  },
  { name: 'asks nodes outside the plan', promise: 'S10', engine: asksStrangers },
  { name: 'disables before it asks the operator', promise: 'S11', engine: disablesBeforeItAsks },
  { name: 'forgets to write intents down', promise: 'S13', engine: store(withoutIntents) },
  { name: 'does not wait for the journal', promise: 'S13', engine: store(hasty) },
  { name: 'sends what it has written down long before', promise: 'S13', engine: dallies },
  { name: 'disables all without a trial', promise: 'S14', engine: agent(withoutTrial) },
  { name: 'any answer to the trial will do', promise: 'S14', engine: agent(believesTheTrial) },
  {
    name: 'does not try what it may do',
    promise: 'S14',
    engine: agent(({ permissions: _, ...a }) => a),
  },
  {
    name: 'finds nothing wrong with any node',
    promise: 'S14',
    engine: agent((a) => ({ ...a, assess: () => [] })),
  },
  { name: 'blames the wrong producer', promise: 'S15', engine: report(blamesTheFirst) },
  {
    name: 'an unanswered change is sent again at once',
    promise: 'S16',
    engine: agent((a) => ({ ...a, openFor: 0 })),
  },
  {
    name: 'goes on at once, whatever a process that was killed may have sent',
    promise: 'S16',
    goOn: reader(nothingIsOpen),
  },
  {
    name: 'goes on as if nothing had been sent that nobody answered',
    promise: 'S8',
    goOn: reader(unansweredIsUnsent),
  },
  { name: 'a lost journal is no reason to stop', promise: 'S18', engine: store(carefree) },
  {
    name: 'waits for ever',
    promise: 'L1',
    engine: options((o) => ({ ...o, limits: { ...o.limits, run: FOR_EVER } })),
  },
  {
    name: 'takes its time to enable after an interrupt',
    promise: 'L5',
    engine: dawdlesOnceInterrupted(FOR_EVER),
  },
  {
    name: 'takes an hour to enable after an interrupt',
    promise: 'L5',
    engine: dawdlesOnceInterrupted(3_600_000),
  },
  {
    name: 'the report is not in the events',
    promise: 'R1',
    engine: report((r) => ({ ...r, reason: 'something else' })),
  },
  {
    name: 'changed and unchanged are the same',
    promise: 'R2',
    engine: report((r) => swapped(r, 'unchanged', 'changed')),
  },
  {
    name: 'waives what failed, where it may waive',
    promise: 'R2',
    engine: (input) => {
      const { agent: one, options: asked } = input
      if (!asked.acceptUnverified) return executeRun(input)
      const waived = insteadOf(one, (v) =>
        /^(failed|unknown)$/.test(v.result) ? { ...v, result: 'unverified' } : v,
      )
      return executeRun({ ...input, agent: waived })
    },
  },
  {
    name: 'good runs have failed',
    promise: 'R2',
    engine: agent((a) =>
      insteadOf(a, (v) => (/^(un)?changed$/.test(v.result) ? { ...v, result: 'failed' } : v)),
    ),
  },
  {
    name: 'a node has no result',
    promise: 'R2',
    engine: report((r) => ({ ...r, nodes: withoutOne(r.nodes) })),
  },
  {
    name: 'counts do not add up',
    promise: 'R3',
    engine: report((r) => ({ ...r, counts: { ...r.counts, changed: 99 } })),
  },
  {
    name: 'exits with 0 whatever happened',
    promise: 'R4',
    engine: report((r) => ({ ...r, exit: 0 })),
  },
]

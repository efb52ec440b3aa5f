import type { RunEvent } from './events.js'
import { createDue } from './indexes/due.js'
import { indexPlan, type NodeIndex } from './indexes/node-index.js'
import { createReady } from './indexes/ready.js'
import { createRunTimes } from './indexes/run-times.js'
import { expectedBy } from './past-runs.js'
import { createFailures } from './reduce/budget.js'
import type { NodeState, RunState } from './state.js'

export type Created = Extract<RunEvent, { type: 'created' }>

/** The state of a run at its first event. */
export function createState(created: Created): RunState {
  const { past } = created
  const expected = past === undefined ? null : expectedBy(past)
  const index = indexPlan(created.plan, expected?.seconds)
  return {
    run: created.run,
    caller: created.caller,
    lockText: created.lockText,
    openFor: created.openFor,
    adopts: created.adopts === undefined ? [] : [created.adopts, ...(created.adoptsToo ?? [])],
    options: created.options,
    plan: created.plan,
    nodes: created.plan.nodes.map((_, n) => createNode(n)),
    index,
    due: createDue(),
    witnessed: created.witnessed ?? false,
    witnessAnswers: false,
    createdAt: created.at,
    endedAt: null,
    phase: 'look',
    unlooked: created.plan.nodes.length,
    refused: null,
    proofNode: -1,
    proved: false,
    trials: 0,
    group: -1,
    batch: 0,
    ready: createReady(rank(created, index)),
    times: createRunTimes(past),
    factors: expected?.factors ?? null,
    canaries: { chosen: [], open: [] },
    unfinished: 0,
    slots: 0,
    stuck: 0,
    unlocked: 0,
    undrained: 0,
    releasing: 0,
    complete: [],
    stop: null,
    gating: new Set(),
    untilAt: created.options.until === undefined ? Infinity : Date.parse(created.options.until),
    untilPassed: false,
    failures: createFailures(created.options.failures, created.plan),
    abandoned: null,
    cancel: 'none',
    storeLost: false,
    requested: 0,
    nextIntent: 0,
    intents: new Map(),
  }
}

/** Within a batch nobody waits for anybody, so the order groups keeps that of the plan. */
function rank({ options }: Created, { pathBehind }: NodeIndex): (node: number) => number {
  return options.order === 'stream' ? (node) => pathBehind[node] ?? 0 : () => 0
}

function createNode(n: number): NodeState {
  return {
    n,
    stage: 'free',
    lock: 'free',
    touched: false,
    adopted: false,
    readiness: null,
    findings: [],
    todo: null,
    todoAt: 0,
    purpose: 'lock',
    asking: null,
    change: null,
    tries: 0,
    last: null,
    lastAt: 0,
    toldAt: 0,
    sighted: false,
    idleSince: null,
    lockedAt: 0,
    deadline: 0,
    silentSince: null,
    attempt: null,
    baselineAt: 0,
    baselineAskedAt: 0,
    stale: 0,
    leftOpen: false,
    sameClock: false,
    requestedAt: 0,
    goingOnAt: 0,
    attempts: 0,
    failed: null,
    retries: 0,
    attemptsBefore: 0,
    refusals: 0,
    pending: null,
    undecided: 0,
    outcome: null,
    recorded: null,
    overrun: false,
    raced: false,
    kept: null,
    inBatch: false,
    canary: false,
    startedAt: null,
    endedAt: null,
  }
}

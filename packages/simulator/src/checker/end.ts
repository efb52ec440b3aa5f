import { batchesOf, type EngineOptions, type Milliseconds } from '@choirmaster/core'
import type { Moment } from '@choirmaster/core/provide'
import type { Check, Violation } from './check.js'
import type { NodeHistory } from './history.js'
import type { Judged } from './judged.js'

/** The look, and what rounding and slow answers add to each wait. */
const LOOK_MS = 120_000
const MARGIN_MS = 60_000
/** puppet agent notes, 3.1: a run that never started, or was displaced, is requested once more. */
const ATTEMPTS = 2
/** How often a change that is not done is sent. */
const TRIES = 3

/** L1: the run ends within a bound that follows from plan and limits. L5: after an interrupt within that of the run that goes on, after a hard one at once. */
export const checkEnd: Check = (judged, nodes) => {
  const { report, wire } = judged
  if (report.ended === null) return [{ promise: 'L1', message: 'the run did not end' }]
  const started = new Date(report.started).getTime()
  const ended = new Date(report.ended).getTime()
  const violations: Violation[] = []
  const late = (promise: string, since: number, bound: Milliseconds): void => {
    if (ended - since <= bound) return
    const message = `took ${(ended - since) / 1000} s, ${bound / 1000} s are the bound`
    violations.push({ promise, message })
  }
  late('L1', started, boundOf(judged))
  for (const entry of wire) {
    if (entry.what !== 'interrupt') continue
    const bound = entry.level === 'hard' ? MARGIN_MS : stopBound(judged, nodes, entry.at)
    late('L5', entry.at, judged.hindered + bound)
  }
  return violations
}

/** The look, a trial of one node, all locked, all drained, all rounds of the width, all released. */
function boundOf(judged: Judged): Milliseconds {
  const { plan, options, hindered } = judged
  const { retries = 0, retryPause = 0 } = options.failures ?? {}
  const rounds = plan.groups.reduce((sum, group, g) => sum + roundsOf(options, g, group.length), 0)
  const change = changeBound(judged)
  return (
    hindered +
    LOOK_MS +
    5 * change +
    options.limits.drain +
    MARGIN_MS +
    rounds * (gateBound(judged) + nodeBound(judged) * (1 + retries) + retries * retryPause)
  )
}

/**
 * After an interrupt: what is being changed, the run that was asked for, another that slipped in behind it, and all
 * released. Silence is waited for only where there was any.
 */
function stopBound(
  judged: Judged,
  nodes: ReadonlyMap<string, NodeHistory>,
  interrupt: Moment,
): Milliseconds {
  const { openFor, deaf = [], options, report } = judged
  const { run, start, silence } = options.limits
  const ended = Date.parse(report.ended ?? '')
  const since = interrupt - openFor - MARGIN_MS
  const isSilent =
    deaf.some(({ from, until }) => from <= ended && until > since) ||
    [...nodes.values()].some(({ requests }) =>
      requests.some(({ sent, answered, code }) => sent >= since && (!answered || code !== 0)),
    )
  const waits = isSilent ? 3 * changeBound(judged) + silence : 0
  return Math.max(LOOK_MS, 2 * run + Math.max(start, openFor) + waits + MARGIN_MS)
}

/** Between a node's proof and the start of those that wait for it. */
function gateBound({ options: { gate } }: Judged): Milliseconds {
  return gate === undefined ? 0 : gate.answer + gate.check + MARGIN_MS
}

/**
 * How often in turn the slots of a group are filled. The order stream needs no more: one that waits has a producer
 * that is running, or all slots are taken.
 */
function roundsOf(options: EngineOptions, group: number, nodes: number): number {
  const batches = options.order === 'stream' ? [nodes] : batchesOf(options, group, nodes)
  const canaries = options.order === 'stream' ? (options.canary ?? 0) : 0
  return batches.reduce((sum, size) => sum + Math.ceil(size / options.width), canaries)
}

/** A change: each of its tries is open for H, and silence is borne. */
function changeBound({ openFor, options }: Judged): Milliseconds {
  return TRIES * (openFor + MARGIN_MS) + options.limits.silence
}

/** From a slot to the result: read, enabled, run, waited out, disabled, judged. */
function nodeBound(judged: Judged): Milliseconds {
  const { drain, run, start, silence }: EngineOptions['limits'] = judged.options.limits
  const attempt =
    drain + 2 * changeBound(judged) + 2 * run + Math.max(start, judged.openFor) + 3 * silence
  return ATTEMPTS * attempt + MARGIN_MS
}

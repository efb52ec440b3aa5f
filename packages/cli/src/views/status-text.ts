import { enableCommand, type NodeStatus } from '@choirmaster/core'
import { type NodeStateName, type NodeSummary, STATES } from '../nodes/node-states.js'
import { cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { problemText } from './problem-text.js'
import { tableText } from './table-text.js'
import { duration } from './time.js'
import { count } from './words.js'

const WORDS: Readonly<Record<NodeStateName, string>> = {
  'no-answer': 'no answer',
  error: 'error',
  ours: 'disabled by a run',
  disabled: 'disabled',
  applying: 'applying',
  enabled: 'enabled',
}

/** The nodes as a table, then how many are how, then what frees those that runs hold. Lines without ends. */
export function* statusText(nodes: readonly NodeSummary[], { bold }: Colours): Generator<string> {
  if (nodes.length === 0) {
    yield 'No node answered'
    return
  }
  const rows = nodes.map((one) => [cleanLine(one.node), stateText(one), lastRunText(one), why(one)])
  for (const line of tableText(['NODE', 'STATE', 'LAST RUN', 'WHY'], rows)) yield line.trimEnd()
  yield ''
  const counts = countStates(nodes)
  const parts = STATES.filter((state) => counts[state] > 0).map(
    (state) => `${counts[state]} ${WORDS[state]}`,
  )
  yield bold(`${count(nodes.length, 'node')}: ${parts.join(', ')}`)
  const runs = [...new Set(nodes.flatMap(({ run }) => run ?? []))].sort()
  for (const run of runs) {
    const held = nodes.filter((one) => one.run === run).length
    yield `Run ${run} holds ${count(held, 'node')}; unless it still goes on: choirmaster resume ${run}, or ${enableCommand(run)}`
  }
}

/** How many nodes are in each state. */
function countStates(nodes: readonly NodeSummary[]): Record<NodeStateName, number> {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]))
  for (const { state } of nodes) counts[state] = (counts[state] ?? 0) + 1
  return counts as Record<NodeStateName, number>
}

/** What is printed under `--json`. Times are the nodes' clocks'. */
export function statusObject(nodes: readonly NodeSummary[]): object {
  return {
    schema: 'choirmaster.status/1',
    nodes: Object.fromEntries(
      nodes.map(({ node, state, status, run, problem }) => [
        node,
        {
          state,
          ...(status && statusFields(status)),
          ...(run !== undefined && { run }),
          ...(problem && { problem }),
        },
      ]),
    ),
    counts: countStates(nodes),
  }
}

function statusFields({ enabled, message, applying, daemon, lastRun, now }: NodeStatus): object {
  return {
    enabled,
    ...(message !== undefined && { message }),
    applying,
    daemon,
    last_run: lastRun === 0 ? null : new Date(lastRun * 1000).toISOString(),
    seconds_since_last_run: lastRun === 0 ? null : now - lastRun,
  }
}

function stateText({ state, status }: NodeSummary): string {
  const busy = state !== 'applying' && status?.applying === true
  return `${WORDS[state]}${busy ? ', applying' : ''}`
}

function lastRunText({ status }: NodeSummary): string {
  if (status === undefined) return '-'
  const { lastRun, now } = status
  if (lastRun === 0) return 'never'
  return lastRun > now ? 'in its future' : `${duration((now - lastRun) * 1000)} ago`
}

/** `choirmaster run=ID by=CALLER at=TIME`, after the run's id. */
const LOCK_REST = /^choirmaster run=\S+ by=(\S*) at=(\S+)$/

function why({ status, run, problem }: NodeSummary): string {
  if (problem !== undefined) return cleanLine(problemText(problem))
  if (status === undefined || status.enabled) return ''
  const message = status.message ?? ''
  if (run === undefined) return message === '' ? 'without a message' : `"${cleanLine(message)}"`
  const [, by, at] = LOCK_REST.exec(message) ?? []
  return by === undefined
    ? `run ${run}`
    : `run ${run} of ${cleanLine(by)} at ${cleanLine(at ?? '')}`
}

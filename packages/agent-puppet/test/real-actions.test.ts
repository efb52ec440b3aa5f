import { describe, expect, test } from 'vitest'
import type { Effect, NodeStatus, Outcome, Stream } from '@choirmaster/core/provide'
import { type Link, disable, enable, permissions, runonce, status } from '../src/index.js'
import { lastRunSummary } from '../src/index.js'
import { ask } from '../src/actions/ask.js'
import { call, collect, linkTo } from './support/fake-transport.js'
import { recordedNames, recordedNodes, replay } from './support/recorded.js'

type Expected = unknown
const LOCK = 'app-orch run=01J9ZQ4Y7M3T8V2K5N6P7R8S9T by ops'

function said(lastRun: number, since: number, more: Partial<NodeStatus> = {}): Expected {
  const now = lastRun + since
  return { enabled: true, applying: false, daemon: false, lastRun, now, ...more }
}

function locked(message: string): Partial<NodeStatus> {
  return { enabled: false, message }
}

const done = null
const not = (code: string, effect: Effect): Expected => ({ code, effect })

/** Statuses of one time: file → what each node says. */
const statuses: Record<string, Expected[]> = {
  status_after_compile_nocache: [said(1795345028, 29)],
  status_after_sigKILL: [said(1795345491, 70)],
  status_after_sigTERM: [said(1795345294, 5)],
  status_applying: [said(1795344718, 329, { applying: true })],
  status_disabled: [said(1795345201, 162, locked(LOCK))],
  // The word says "disabled" here while a run applies.
  status_disabled_while_applying: [said(1795344718, 323, { ...locked(LOCK), applying: true })],
  status_lock_not_json: [not('node-lock-unreadable', 'none')],
  status_lock_without_message: [said(1795345087, 98, locked(''))],
  status_one_stopped: [
    said(1795345029, 65),
    said(1795345028, 66, locked('kernel upgrade; ask Ada > 17:00')),
    said(1795345087, 7),
    not('node-no-reply', 'none'),
  ],
  status_operator_lock: [said(1795345028, 114, locked('kernel upgrade; ask Ada > 17:00'))],
  corrupt_summary_status: [not('node-summary-unreadable', 'none')],
}

const disables: Record<string, Expected[]> = {
  disable: [done],
  disable_again: [not('node-already-disabled', 'none')],
  disable_while_applying: [done],
  disable_stopped_locked_denied: [
    done,
    not('node-already-disabled', 'none'),
    not('node-denied', 'none'),
    not('node-no-reply', 'maybe'),
  ],
  corrupt_summary_disable: [not('node-done-with-error', 'done')],
  bad_input: [not('node-input-refused', 'none')],
}

const enables: Record<string, Expected[]> = {
  enable: [done],
  enable_again: [not('node-already-enabled', 'none')],
  corrupt_summary_enable: [not('node-done-with-error', 'done')],
}

const runs: Record<string, Expected[]> = {
  runonce: [{ at: 1795344997 }],
  runonce_disabled: [not('node-disabled', 'none')],
  runonce_disabled_while_applying: [not('node-disabled', 'none')],
  runonce_four_nodes: Array.from({ length: 4 }, () => ({ at: 1795345017 })),
  runonce_locked_denied: [not('node-disabled', 'none'), not('node-denied', 'none')],
  runonce_while_applying: [not('node-busy', 'none')],
  corrupt_summary_runonce: [not('node-summary-unreadable', 'maybe')],
}

const reads: Record<string, Expected[]> = {
  corrupt_summary_last_run_summary: [not('node-summary-unreadable', 'none')],
  summary_not_a_number: [not('node-shim-failed', 'none')],
}

const actions: [
  Record<string, Expected[]>,
  (link: Link, nodes: readonly string[]) => Stream<Outcome<unknown>>,
][] = [
  [statuses, (link, nodes) => status(link, nodes, call)],
  [disables, (link, nodes) => disable(link, nodes, LOCK, call)],
  [enables, (link, nodes) => enable(link, nodes, call)],
  [runs, (link, nodes) => runonce(link, nodes, { noop: false }, call)],
  [reads, (link, nodes) => lastRunSummary(link, nodes, false, call)],
]

describe('recorded answers of the real agent', () => {
  for (const [table, act] of actions) {
    test.each(Object.entries(table))('%s', async (name, expected) => {
      const outcomes = await collect(act(linkTo(replay(name)), recordedNodes(name)))
      const got = outcomes.map((o) => (o.ok ? o.value : not(o.problem.code, o.effect)))
      expect(got).toEqual(expected)
    })
  }

  test('unknown_action', async () => {
    const restart = {
      name: 'restart',
      data: {},
      changes: true,
      refusals: [],
      value: () => undefined,
    }
    const outcomes = await collect(
      ask(linkTo(replay('unknown_action')), restart, ['dev4.example.net'], call),
    )
    expect(outcomes).toMatchObject([
      { ok: false, effect: 'none', problem: { code: 'node-unknown-action' } },
    ])
  })

  test('bad_input, as the question for permissions has it', async () => {
    const outcomes = await collect(
      permissions(linkTo(replay('bad_input')), ['dev4.example.net'], call),
    )
    expect(outcomes).toEqual([
      { node: 'dev4.example.net', ok: true, value: { disable: 'allowed', run: 'allowed' } },
    ])
  })

  test('a denial, as the question for permissions has it', async () => {
    const name = 'disable_stopped_locked_denied'
    const outcomes = await collect(permissions(linkTo(replay(name)), recordedNodes(name), call))
    expect(outcomes.filter(({ node }) => node.startsWith('dev4'))).toEqual([
      { node: 'dev4.example.net', ok: true, value: { disable: 'denied', run: 'denied' } },
    ])
    expect(outcomes.filter(({ node }) => node.startsWith('dev2'))).toMatchObject([
      { ok: false, effect: 'none', problem: { code: 'node-no-reply', silence: 'no-reply' } },
    ])
  })
})

/** Read in real-noop.test.ts. */
const noop = ['noop_openvox_8.28', 'noop_puppet_7.23', 'noop_puppet_8.10']
/** Read in real-runs.test.ts. */
const series = ['status_during_a_run', 'status_during_slow_run', 'timings', 'puppetdb_reports']
const judged = [
  'summary_after_sigKILL',
  'summary_after_sigTERM',
  'summary_compile_cached',
  'summary_compile_nocache',
  'summary_denied_policy',
  'summary_failed',
  'summary_good',
  'summary_good_logs',
  'summary_puppetdb_down',
  'summary_puppetserver_down',
  'summary_slow',
  'summary_while_applying',
]

test('each recorded file has its reading', () => {
  const read = actions.flatMap(([table]) => Object.keys(table))
  expect([...read, ...noop, ...series, ...judged, 'unknown_action'].sort()).toEqual(
    [...recordedNames].sort(),
  )
})

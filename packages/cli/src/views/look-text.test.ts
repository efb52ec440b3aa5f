import {
  createState,
  reduce,
  type Finding,
  type LookedNode,
  type RunState,
} from '@choirmaster/core'
import { created, runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { coloursFor } from './colour.js'
import { lookText, question } from './look-text.js'

const plain = coloursFor(fakeIo().stdout, {})
const PLAN = runPlan([['a.example.net', 'b', 'c', 'd', 'e']])

function looked(nodes: readonly LookedNode[], batch?: number): RunState {
  const state = createState(
    created(PLAN, { unready: 'skip', ...(batch !== undefined && { batch }) }),
  )
  reduce(state, { type: 'looked', at: 0, nodes })
  return state
}

const finding = (message: string, blocks: boolean, hint?: string): Finding => ({
  code: 'test-finding',
  message,
  blocks,
  ...(hint !== undefined && { hint }),
})

it('lists all findings at once, worst first, with each hint once', () => {
  const state = looked([
    { node: 0, readiness: 'ready', findings: [] },
    { node: 1, readiness: 'busy', findings: [finding('a Puppet run is applying', false)] },
    { node: 2, readiness: 'no-answer', findings: [finding('no reply', true, 'Start the server.')] },
    { node: 3, readiness: 'disabled', findings: [finding('disabled: "ask\x1b[31m Joe"', true)] },
    { node: 4, readiness: 'no-answer', findings: [finding('no reply', true, 'Start the server.')] },
  ])
  expect(lookText(state, plain)).toMatchInlineSnapshot(`
    [
      "Not ready:",
      "  d  disabled: "ask\\x1b[31m Joe"",
      "  c  no reply",
      "  e  no reply",
      "  Hint: Start the server.",
      "Worth knowing:",
      "  b  a Puppet run is applying",
    ]
  `)
})

it('puts a hint behind the nodes that it belongs to', () => {
  const state = looked([
    { node: 0, readiness: 'disabled', findings: [finding('disabled by Joe', true, 'Ask Joe.')] },
    { node: 1, readiness: 'disabled', findings: [finding('disabled by r1', true, 'Enable r1.')] },
    { node: 2, readiness: 'disabled', findings: [finding('disabled by Joe', true, 'Ask Joe.')] },
    { node: 3, readiness: 'no-answer', findings: [finding('no reply', true, 'Start it.')] },
  ])
  expect(lookText(state, plain)).toEqual([
    'Not ready:',
    '  a.example.net  disabled by Joe',
    '  c              disabled by Joe',
    '  Hint: Ask Joe.',
    '  b              disabled by r1',
    '  Hint: Enable r1.',
    '  d              no reply',
    '  Hint: Start it.',
  ])
})

it('gives the line of the policy that lets us in, once for all nodes that deny something', () => {
  const denied = (code: string): Finding => ({ ...finding('denied', true, 'Allow us.'), code })
  const state = looked([
    { node: 0, readiness: 'refused', findings: [denied('look-disable-denied')] },
    { node: 1, readiness: 'refused', findings: [denied('look-run-denied')] },
    { node: 2, readiness: 'no-answer', findings: [denied('node-denied')] },
  ])
  const lines = lookText(state, plain)
  const hints = lines.filter((line) => line.startsWith('  Hint:'))
  expect(hints).toHaveLength(1)
  expect(hints[0]).toContain('policies/puppet.policy')
  expect(hints[0]).toContain(
    `allow\t${state.caller}\tstatus last_run_summary disable enable runonce\t*\t*`,
  )
})

it('has nothing to say of nodes that are simply ready', () => {
  expect(lookText(looked([{ node: 0, readiness: 'ready', findings: [] }]), plain)).toEqual([])
})

it('asks one question that says how many, how many at a time, and where', () => {
  expect(question(looked([]))).toBe('Run Puppet on 5 nodes, 20 at a time, production? (y/n) ')
  const state = looked([], 2)
  const left = { node: 4, result: 'skipped', code: 'x', reason: 'no reply' } as const
  reduce(state, { type: 'left', at: 0, nodes: [left] })
  expect(question(state)).toBe(
    'Run Puppet on 4 nodes (1 skipped), in batches of 2 nodes, production? (y/n) ',
  )
})

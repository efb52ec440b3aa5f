import { describe, expect, test } from 'vitest'
import type { Evidence, Look, NodeStatus, Outcome } from '@choirmaster/core/provide'
import { assess, lookFindings } from '../src/index.js'
import {
  APPLIED,
  BEFORE,
  BEGUN,
  CACHED,
  ENDED,
  NOTHING,
  NO_COMPILE,
  PUPPET_4,
  evidenceOf,
  line,
  statusAt,
  summary,
} from './support/builders.js'

const run = { noop: false }

async function look(
  parts: Parameters<typeof summary>[0],
  more: { status?: Partial<NodeStatus>; logsCode?: number } = {},
): Promise<Look> {
  const value = await evidenceOf(summary(parts), more.logsCode)
  return {
    status: statusAt(parts?.lastrun ?? ENDED, { now: ENDED + 60, ...more.status }),
    evidence: { node: 'n', ok: true, value },
    permissions: { node: 'n', ok: true, value: { disable: 'allowed', run: 'allowed' } },
  }
}

const codes = (findings: readonly { code: string }[]): string[] => findings.map(({ code }) => code)

describe('the look', () => {
  test('finds nothing on a node that is well', async () => {
    expect(assess(await look({}), run, 'production')).toEqual([])
    expect(assess(await look({ ...PUPPET_4 }), run, 'production')).toEqual([])
  })

  test('finds nothing on a node that never ran', async () => {
    const never = { lastrun: 0, config: 'unknown', total: 0, logs: [] }
    expect(assess(await look(never), run, 'production')).toEqual([])
  })

  test.each([
    ['resources failed', { resources: { failed: 2 } }],
    ['no catalog', { ...NOTHING, logs: [BEGUN, NO_COMPILE] }],
    ['a cached catalog', { logs: [BEGUN, NO_COMPILE, CACHED, APPLIED] }],
    ['interrupted', { time: { catalog_application: undefined }, logs: [BEGUN] }],
  ])('%s: fails already, which does not block', async (_, parts) => {
    const findings = assess(await look(parts), run, 'production')
    expect(findings).toMatchObject([{ code: 'look-failing', blocks: false }])
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })

  test.each([
    ['logs that cannot be read', {}, { logsCode: 5 }],
    ['an empty log', { logs: [] }, {}],
    ['an old log', { logs: [line('notice', 'Puppet', 'Applied catalog in 1 s', BEFORE)] }, {}],
    ['a log in another language', { logs: [BEGUN] }, {}],
    ['a node that never ran, with logs that cannot be read', { lastrun: 0 }, { logsCode: 5 }],
  ])('%s: not provable, which blocks', async (_, parts, more) => {
    expect(assess(await look(parts, more), run, 'production')).toMatchObject([
      { code: 'look-not-provable', blocks: true },
    ])
  })

  test('a run that is about to write its log says nothing of provability', async () => {
    const old = { logs: [line('notice', 'Puppet', 'Applied catalog in 1 s', BEFORE)] }
    expect(assess(await look(old, { status: { applying: true } }), run, 'production')).toEqual([])
    // It began and ended between the two answers.
    expect(assess(await look(old, { status: { lastRun: BEFORE } }), run, 'production')).toEqual([])
  })

  test('a summary that cannot be read blocks', async () => {
    const evidence: Outcome<Evidence> = {
      node: 'n',
      ok: false,
      effect: 'none',
      problem: { code: 'node-summary-unreadable', message: 'empty' },
    }
    const base = await look({})
    expect(assess({ ...base, evidence }, run, 'production')).toMatchObject([
      { code: 'look-summary-unreadable', blocks: true, message: expect.stringContaining('empty') },
    ])
    const value = { witness: 'puppet-last-run', facts: 'x' }
    expect(
      codes(assess({ ...base, evidence: { node: 'n', ok: true, value } }, run, 'production')),
    ).toEqual(['look-summary-unreadable'])
  })

  test('denied actions block, each by name, all at once', async () => {
    const value = { disable: 'denied', run: 'denied' } as const
    const denied = { ...(await look({})), permissions: { node: 'n', ok: true, value } as const }
    expect(codes(assess(denied, run, 'production'))).toEqual([
      'look-disable-denied',
      'look-run-denied',
    ])
  })

  test('permissions that cannot be told do not block', async () => {
    const value = { disable: 'unknown', run: 'allowed' } as const
    const unknown = { ...(await look({})), permissions: { node: 'n', ok: true, value } as const }
    expect(assess(unknown, run, 'production')).toMatchObject([
      { code: 'look-permissions-unknown', blocks: false },
    ])
  })

  test('a node that acted on the question blocks', async () => {
    const permissions = {
      node: 'n',
      ok: false,
      effect: 'done',
      problem: { code: 'node-probe-acted', message: 'm' },
    } as const
    expect(codes(assess({ ...(await look({})), permissions }, run, 'production'))).toEqual([
      'look-probe-acted',
    ])
  })

  test('options that a daemon cannot take block', async () => {
    const daemon = await look({}, { status: { daemon: true } })
    expect(assess(daemon, run, 'production')).toEqual([])
    expect(assess(daemon, { noop: true, environment: 'production' }, 'production')).toMatchObject([
      {
        code: 'look-daemon-options',
        blocks: true,
        message: expect.stringContaining('--noop, --enforce-environment'),
      },
    ])
    expect(assess(await look({}), { noop: true }, 'production')).toEqual([])
  })

  test('another environment than that of the graph blocks, unless it is enforced', async () => {
    expect(codes(assess(await look({}), run, 'test'))).toEqual(['look-environment-differs'])
    expect(assess(await look({}), run, 'production')).toEqual([])
    expect(assess(await look({}), { noop: false, environment: 'test' }, 'test')).toEqual([])
    // Before Puppet 6.25 and 7.10 nothing tells, so that an enforced one could not be proven.
    const old = await look({ application: undefined })
    expect(assess(old, run, 'test')).toEqual([])
    expect(codes(assess(old, { noop: false, environment: 'test' }, 'test'))).toEqual([
      'look-not-provable',
    ])
  })

  test('a last run that lies in the future blocks', async () => {
    expect(
      codes(assess(await look({}, { status: { now: ENDED - 60 } }), run, 'production')),
    ).toEqual(['look-clock'])
  })

  test('a look that could not ask for more judges by the status alone', () => {
    expect(assess({ status: statusAt(ENDED) }, run, 'production')).toEqual([])
  })

  test('each finding has a hint', () => {
    for (const { title, hint } of Object.values(lookFindings)) {
      expect(title).not.toMatch(/\.$/)
      expect(hint.length).toBeGreaterThan(20)
    }
  })
})

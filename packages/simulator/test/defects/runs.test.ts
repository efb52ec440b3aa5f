import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, lockText, runOfLockText } from '@choirmaster/core'
import type { FaultEntry, Scenario } from '../../src/index.js'
import {
  entries,
  LAMP,
  lockOf,
  RUN,
  simulate,
  started,
  violations,
  type Simulated,
  type Simulation,
} from '../engine/simulate.js'

const WEBS = ['dev2', 'dev3', 'dev4'] as const
const results = ({ report }: Simulated): Record<string, string> =>
  Object.fromEntries(Object.entries(report.nodes).map(([name, { result }]) => [name, result]))

/** Runs LAMP with these faults and holds it to the promises. */
async function lamp(
  nodes: Readonly<Record<string, readonly FaultEntry[]>>,
  more: Partial<Simulation> & { readonly defaults?: Scenario['defaults'] } = {},
): Promise<Simulated> {
  const { defaults = { run: 20, changes: 1 }, ...simulation } = more
  const simulated = await simulate({ plan: LAMP, scenario: { defaults, nodes }, ...simulation })
  expect(violations(simulated)).toEqual([])
  return simulated
}

const onWebs = (fault: FaultEntry): Record<string, FaultEntry[]> =>
  Object.fromEntries(WEBS.map((web) => [web, [fault]]))

describe('defect 1: silence counts as success', () => {
  it('a group that answers nothing stops the run before anything is touched', async () => {
    const { report, log } = await lamp(onWebs({ fault: 'silent' }))
    expect(report).toMatchObject({ result: 'refused', exit: 3, left_disabled: {} })
    expect(report.nodes['dev2']).toMatchObject({ result: 'refused', code: 'node-no-reply' })
    expect(entries(log, 'disabled')).toEqual([])
  })

  it('a group that falls silent when its turn comes is unknown, not proven', async () => {
    const simulated = await lamp(onWebs({ fault: 'silent', after: 60 }))
    expect(results(simulated)).toEqual({
      dev1: 'changed',
      dev2: 'unknown',
      dev3: 'not reached',
      dev4: 'not reached',
    })
    expect(simulated.report).toMatchObject({ result: 'failed', exit: 7 })
    expect(Object.keys(simulated.report.left_disabled)).toEqual(['dev1', ...WEBS])
    expect(simulated.report.nodes['dev2']?.lock).not.toBe('released')
  })
})

describe('defect 2: fast runs are missed', () => {
  it('runs that are over between two polls are recognised, whatever the slowest does', async () => {
    const simulated = await lamp(
      {
        dev1: [{ fault: 'run-time', seconds: 0.2 }],
        dev2: [{ fault: 'run-time', seconds: 0.2 }],
        dev3: [{ fault: 'run-time', seconds: 300 }],
        dev4: [{ fault: 'slow-start', seconds: 45 }],
      },
      { options: { batch: 3 } },
    )
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    // A node that is done is not waited for until the slowest one is.
    expect(simulated.report.nodes['dev2']?.seconds).toBeLessThan(30)
  })
})

describe('defect 3: a failed compilation looks green', () => {
  it.each([
    ['the cached catalog is applied', { fault: 'compile-failure' }, 'puppet-stale-catalog'],
    ['there is no catalog', { fault: 'compile-failure', cached: false }, 'puppet-no-catalog'],
    ['Puppet Server is down', { fault: 'server-down' }, 'puppet-stale-catalog'],
    ['plugins cannot be had', { fault: 'pluginsync-failure-cached' }, 'puppet-stale-catalog'],
  ] as const)('%s: failed, though no resource failed', async (_, fault, code) => {
    const simulated = await lamp({ dev1: [fault] })
    expect(simulated.report.nodes['dev1']).toMatchObject({ result: 'failed', code })
    expect(results(simulated)).toMatchObject({ dev2: 'skipped', dev3: 'skipped', dev4: 'skipped' })
    expect(started(simulated.log)).toEqual(['dev1'])
  })
})

describe('defect 4: the error path fails by itself', () => {
  it('after a failure nodes that are disabled already are no obstacle, and each is named', async () => {
    const simulated = await lamp({ dev2: [{ fault: 'failed-resources' }] })
    expect(results(simulated)).toMatchObject({ dev1: 'changed', dev2: 'failed' })
    expect(simulated.report).toMatchObject({ result: 'failed', exit: 7 })
    for (const name of ['dev1', ...WEBS]) {
      expect(lockOf(simulated, name)).toBe(simulated.report.lock_text)
      expect(simulated.report.left_disabled[name]).toMatchObject({
        lock: 'ours',
        command: `choirmaster enable --run ${RUN}`,
      })
    }
  })

  it('"already disabled" is answered with a look at whose message it is', async () => {
    const lost: FaultEntry = { fault: 'lost-reply', actions: ['disable'], times: 2 }
    const theirs: FaultEntry = { fault: 'disabled', on: 'started', message: 'kernel upgrade' }
    const simulated = await lamp({ dev2: [lost], dev3: [theirs] })
    expect(results(simulated)).toMatchObject({ dev1: 'changed', dev2: 'changed', dev3: 'changed' })
    expect(simulated.report.nodes['dev2']?.lock).toBe('released')
    expect(simulated.report.left_disabled).toMatchObject({ dev3: { lock: 'foreign' } })
    expect(lockOf(simulated, 'dev3')).toBe('kernel upgrade')
  })
})

describe('defect 5: interrupts leave nodes frozen and unreported', () => {
  /** Each 3 s from the look to the end. */
  const MOMENTS = Array.from({ length: 46 }, (_, i) => 3 * i + 1)

  it.each([
    ['soft', [0, 3, 5, 7]],
    // Nobody waits any more, so what is disabled stays so.
    ['hard', [0, 3, 7]],
  ] as const)(
    'a %s interrupt at any moment leaves no node disabled and unnamed',
    async (level, ends) => {
      const exits = new Set<number>()
      for (const moment of MOMENTS) {
        const simulated = await lamp({}, { interrupt: { [level]: moment } })
        const { report } = simulated
        exits.add(report.exit)
        for (const name of ['dev1', ...WEBS]) {
          const ours = lockOf(simulated, name) === report.lock_text
          if (ours) expect(report.left_disabled, `at ${moment} s`).toHaveProperty(name)
        }
      }
      expect([...exits].sort()).toEqual(ends)
    },
  )
})

describe('defect 6: default daemonised agents refuse to run', () => {
  const daemons = Object.fromEntries(LAMP.nodes.map((name) => [name, [{ fault: 'daemon' }]]))

  it('a daemon that takes no options is run without any', async () => {
    const simulated = await lamp(daemons)
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    const asked = entries(simulated.log, 'request').filter(
      ({ action, data }) => action === 'runonce' && data['force'] === true,
    )
    expect(asked.map(({ data }) => Object.keys(data))).toEqual(asked.map(() => ['force']))
  })

  it('options that it cannot take are found before anything is touched', async () => {
    const { report, log } = await lamp(daemons, { options: { run: { noop: true } } })
    expect(report).toMatchObject({ result: 'refused', exit: 3 })
    expect(report.nodes['dev1']).toMatchObject({ code: 'look-daemon-options' })
    expect(entries(log, 'disabled')).toEqual([])
  })
})

describe('defect 10: fixed clocks', () => {
  it('a run may take an hour by default: one of 50 minutes succeeds', async () => {
    expect(DEFAULT_LIMITS.run).toBe(3_600_000)
    const simulated = await lamp({ dev1: [{ fault: 'run-time', seconds: 3000 }] })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    expect(simulated.report.nodes['dev1']?.seconds).toBeGreaterThan(3000)
  })

  it('every limit can be set', async () => {
    const limits = { ...DEFAULT_LIMITS, run: 600_000 }
    const simulated = await lamp(
      { dev1: [{ fault: 'run-time', seconds: 3000 }] },
      { options: { limits } },
    )
    expect(simulated.report.nodes['dev1']).toMatchObject({
      result: 'unknown',
      code: 'run-over-limit',
    })
    expect(simulated.seconds).toBeLessThan(900)
  })
})

describe('defect 11: the re-enable window', () => {
  /** cron begins a run so many seconds after ours has ended, at times before the node is disabled again. */
  const slipsIn = (ending: string, seconds: number, delay: number): FaultEntry => ({
    fault: 'foreign-run',
    on: 'ended',
    delay,
    seconds,
    ending,
  })
  /** The end is seen within a poll of 5 s, and the node is disabled 2 s later. */
  const DELAYS = Array.from({ length: 40 }, (_, i) => i * 0.2)

  it.each([1, 60])(
    'a failed run of %i s that slips in is judged, as it overwrote ours',
    async (seconds) => {
      const seen = new Set<string>()
      for (const delay of DELAYS) {
        const simulated = await lamp({ dev1: [slipsIn('failed-resources', seconds, delay)] })
        const node = simulated.report.nodes['dev1']
        const slipped = entries(simulated.log, 'started', 'dev1').length === 2
        expect(node, `${delay} s after the end`).toMatchObject(
          slipped
            ? { result: 'failed', code: 'puppet-resources-failed' }
            : { result: 'changed', warnings: [] },
        )
        const overrun = node?.warnings.some((warning) => warning.startsWith('overrun: ')) === true
        seen.add(slipped ? (overrun ? 'slipped in and told' : 'slipped in') : 'kept out')
      }
      // Where the end of ours was not seen before, both look like one run.
      expect([...seen].sort()).toEqual(['kept out', 'slipped in', 'slipped in and told'])
    },
  )

  it('a good run that slips in is waited for before consumers start', async () => {
    for (const delay of DELAYS) {
      const simulated = await lamp({ dev1: [slipsIn('changed', 60, delay)] })
      expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
      const slipped = entries(simulated.log, 'ended', 'dev1').at(-1)
      const first = entries(simulated.log, 'spawned', 'dev2')[0]
      expect(first?.at).toBeGreaterThan(slipped?.at ?? Infinity)
    }
  })
})

describe('defect 12: the disable message can be too long', () => {
  const CALLER = `choria=${'a-department-with-a-long-name.'.repeat(5)};rm -rf`

  it('a long or unsafe caller still gives a message that every node takes, with the whole run id', async () => {
    const simulated = await lamp({}, { caller: CALLER })
    expect(simulated.report).toMatchObject({ result: 'succeeded', exit: 0 })
    const { lock_text: text } = simulated.report
    expect(text).toBe(lockText(RUN, CALLER, new Date(simulated.report.started).getTime()))
    expect(text.length).toBeLessThanOrEqual(120)
    expect(text).not.toMatch(/[`$;|><]|&&/)
    expect(runOfLockText(text)).toBe(RUN)
    expect(new Set(entries(simulated.log, 'disabled').map(({ message }) => message))).toEqual(
      new Set([text]),
    )
  })
})

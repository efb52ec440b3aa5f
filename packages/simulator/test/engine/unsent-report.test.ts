import { runPlan } from '@choirmaster/core/testing'
import { expect, it } from 'vitest'
import { entries, simulate, violations, type Simulated } from './simulate.js'

const ONE = runPlan([['a']])

/** Runs of ours that took the run lock. */
const ours = ({ log }: Simulated): number =>
  entries(log, 'started').filter(({ by }) => by !== 'cron').length

it("the log of a stranger's run is not that of ours, which could not send its report (S8)", async () => {
  const results = new Set<string | undefined>()
  for (const slow of [4, 5, 6, 7, 8, 9, 10]) {
    for (const seconds of [1, 2, 4]) {
      for (const verbose of [false, true]) {
        const simulated = await simulate({
          plan: ONE,
          scenario: {
            defaults: { run: 20, changes: 1 },
            nodes: {
              a: [
                { fault: 'puppet-version', version: '6.24.0' },
                { fault: 'unsent-report' },
                { fault: 'slow', seconds: slow, actions: ['enable', 'runonce'] },
                { fault: 'foreign-run', on: 'enabled', times: 2, seconds, verbose },
              ],
            },
          },
        })
        const told = `${slow} s slow, cron ${seconds} s, verbose ${verbose}`
        expect(violations(simulated), told).toEqual([])
        expect(ours(simulated), told).toBe(1)
        results.add(simulated.report.nodes['a']?.code)
      }
    }
  }
  expect([...results]).toEqual(['puppet-logs-unreadable'])
})

it("the log of a stranger's run that came first proves nothing of ours, which applied an old catalog (S2)", async () => {
  const results = new Set<string | undefined>()
  for (const loads of [2, 3, 4, 6]) {
    for (const seconds of [1, 2, 3]) {
      for (const delay of [0.1, 0.3, 0.9]) {
        for (const [version, run] of [
          ['5.5.22', 4],
          ['6.24.0', 4],
          ['6.24.0', 20],
        ] as const) {
          const simulated = await simulate({
            plan: ONE,
            scenario: {
              defaults: { run, changes: 1 },
              nodes: {
                a: [
                  { fault: 'puppet-version', version },
                  // The cause of both: the server is down.
                  { fault: 'unsent-report' },
                  { fault: 'server-down' },
                  { fault: 'slow-start', seconds: loads },
                  { fault: 'foreign-run', on: 'requested', delay, seconds },
                ],
              },
            },
          })
          const told = `Puppet ${version}, ${run} s, loads ${loads} s, cron ${seconds} s after ${delay} s`
          expect(violations(simulated), told).toEqual([])
          const last = entries(simulated.log, 'started').at(-1)?.by
          if (last !== 'cron') results.add(simulated.report.nodes['a']?.result)
        }
      }
    }
  }
  expect([...results]).toEqual(['failed'])
})

it('before Puppet 5.5 nobody tells when a run began: none is made again for a log that is older (S8)', async () => {
  for (const acts of [3, 6]) {
    for (const seconds of [8, 9, 10, 11, 12, 13]) {
      const simulated = await simulate({
        plan: ONE,
        troubles: { journalSlow: 8 },
        scenario: {
          defaults: { run: 20, changes: 1 },
          nodes: {
            a: [
              { fault: 'puppet-version', version: '4.10.12' },
              { fault: 'unsent-report' },
              {
                fault: 'late-effect',
                actions: ['runonce'],
                seconds: acts,
                after_calls: 1,
                times: 1,
              },
              { fault: 'foreign-run', on: 'enabled', times: 2, seconds, verbose: true },
            ],
          },
        },
      })
      const told = `acts after ${acts} s, cron ${seconds} s`
      expect(violations(simulated), told).toEqual([])
      expect(ours(simulated), told).toBeLessThan(2)
    }
  }
})

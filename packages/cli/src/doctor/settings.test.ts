import type { Evidence, Json, Outcome } from '@choirmaster/core/provide'
import { expect, it } from 'vitest'
import { settingChecks } from './settings.js'

const recorded = (facts: Record<string, Json>, witness = 'puppet-last-run'): Outcome<Evidence> => ({
  ...{ node: '', ok: true, value: { witness, facts } },
})

it('nodes whose last run was noop are named, and the versions of Puppet counted', () => {
  const checks = settingChecks(
    new Map([
      ['b', recorded({ noops: 3, puppet: '8.10.0' })],
      ['a', recorded({ noops: 1, puppet: '7.23.0' })],
      ['c', recorded({ noops: 0, puppet: '8.10.0' })],
      ['d', recorded({ noops: null, puppet: null })],
    ]),
  )
  expect([...checks].map(({ state, message }) => `${state}: ${message}`)).toEqual([
    'ok: 7.23.0 on 1 node',
    'ok: 8.10.0 on 2 nodes',
    'note: The last run of a, b held noop events',
    expect.stringMatching(/^note: Whether nodes fall back to a cached catalog/),
  ])
})

it('what another witness says is not read', () => {
  expect([...settingChecks(new Map([['a', recorded({ noops: 3 }, 'puppetdb')]]))]).toEqual([])
})

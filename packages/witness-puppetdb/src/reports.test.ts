import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { reportsSince, reportsWithLogs, sightingOf } from './reports.js'

/** What a real PuppetDB 7.12.1 answered. */
const rows = JSON.parse(
  readFileSync(new URL('../test/fixtures/reports.json', import.meta.url), 'utf8'),
) as Record<string, unknown>[]

const facts = (row: Record<string, unknown>): object => sightingOf(row)?.evidence.facts as object

describe('sightingOf', () => {
  it('reads what real runs reported', () => {
    const told = rows.map((row) => {
      const { node, evidence } = sightingOf(row)!
      const { status, cached, version } = evidence.facts as Record<string, unknown>
      return [node.slice(0, 4), status, cached, version]
    })
    expect(told).toEqual([
      ['dev1', 'changed', 'not_used', '1795345002'],
      ['dev3', 'failed', 'not_used', null],
      ['dev1', 'failed', 'not_used', '1795345025'],
      ['dev2', 'changed', 'on_failure', '1795344699'],
      ['dev4', 'changed', 'not_used', '1795345027'],
      ['dev1', 'changed', 'not_used', '1795345156'],
      ['dev3', 'changed', 'not_used', '1795345167'],
      ['dev2', 'failed', 'not_used', '1795345291'],
      ['dev2', 'changed', 'not_used', '1795345325'],
    ])
    expect(sightingOf(rows[0]!)).toEqual({
      node: 'dev1.example.net',
      run: '82f3d164-1789-4193-948a-9a13f3b1391c',
      evidence: {
        witness: 'run-report',
        facts: {
          format: 1,
          start: 1795344998.835,
          end: 1795345005.852,
          status: 'changed',
          noop: false,
          cached: 'not_used',
          environment: null,
          transaction: '82f3d164-1789-4193-948a-9a13f3b1391c',
          code: null,
          version: '1795345002',
        },
      },
    })
  })

  it.each<[string, Record<string, unknown>]>([
    ['no name', { certname: 5 }],
    ['no id of the run', { transaction_uuid: null }],
    ['another status', { status: 'pending' }],
    ['no status', { status: null }],
    ['no word on noop', { noop: null }],
    ['no start', { start_time: null }],
    ['an end that is no time', { end_time: 'soon' }],
  ])('%s proves nothing', (_, more) => {
    expect(sightingOf({ ...rows[0], ...more })).toBeUndefined()
  })

  it('takes an unknown word on the catalog for none', () => {
    const { evidence } = sightingOf({ ...rows[0], cached_catalog_status: 'maybe' })!
    expect(evidence.facts).toMatchObject({ cached: null })
  })
})

it('tells of failed commands where the log was asked for, and keeps no line of it', () => {
  const data = [{ level: 'err', source: 'Puppet', message: 'Could not run command from secret' }]
  const { evidence } = sightingOf({ ...rows[0], logs: { data } })!
  expect(evidence.facts).toEqual({ ...facts(rows[0]!), failedCommands: 1 })
  expect(facts({ ...rows[0], logs: null })).toMatchObject({ failedCommands: null })
  expect(facts(rows[0]!)).not.toHaveProperty('failedCommands')
})

it('tells whether all was skipped where the counts were asked for', () => {
  const skipped = (...data: unknown[]): unknown => {
    const { evidence } = sightingOf({ ...rows[0], metrics: { href: '/pdb/x', data } })!
    return (evidence.facts as Record<string, unknown>)['allSkipped']
  }
  const count = (name: string, value: unknown, category = 'resources') => ({
    category,
    name,
    value,
  })
  expect(skipped(count('total', 9), count('skipped', 0))).toBe(false)
  expect(skipped(count('total', 9), count('skipped', 2))).toBe(false)
  expect(skipped(count('total', 9), count('skipped', 9))).toBe(true)
  // A run without a catalog counts nothing.
  expect(skipped(count('total', 0), count('skipped', 0))).toBe(false)
  expect(skipped()).toBeNull()
  expect(skipped(null, count('total', 9))).toBeNull()
  expect(skipped(count('total', 9), count('skipped', '9'))).toBeNull()
  expect(skipped(count('total', 9), count('skipped', 9, 'events'))).toBeNull()
  expect(facts(rows[0]!)).not.toHaveProperty('allSkipped')
})

it('asks for logs by ids of runs, of which none can change the query', () => {
  const query = reportsWithLogs(['82f3d164-1789', '"] or true', '6760c1bb'])
  expect(query).toMatch(
    /^reports\[certname, .*, logs, metrics\]\{ transaction_uuid in \["82f3d164-1789","6760c1bb"\] \}$/,
  )
  expect(reportsWithLogs(['"'])).toBeUndefined()
})

it('names no node in its query', () => {
  expect(reportsSince('2026-11-22T10:36:00.000Z')).toBe(
    "reports[certname, status, noop, cached_catalog_status, transaction_uuid, code_id, configuration_version, environment, start_time, end_time, receive_time]{ receive_time >= '2026-11-22T10:36:00.000Z' order by receive_time, transaction_uuid limit 20000 }",
  )
})

import { describe, expect, test } from 'vitest'
import {
  APPLIED,
  BEFORE,
  BEGUN,
  CACHED,
  NOTHING,
  NO_COMPILE,
  PUPPET_4,
  judged,
  line,
} from './support/builders.js'

const err = (msg: string, source = 'Puppet') => line('err', source, msg)
const resource = '/Stage[main]/Main/Exec[mysql -psecret]/returns'

/** Every ending that the notes on the puppet agent list, as Puppet 7 leaves it. */
const endings: [name: string, parts: Parameters<typeof judged>[0], result: string, code: string][] =
  [
    ['success', {}, 'changed', 'puppet-changed'],
    [
      'success without change',
      { resources: { changed: 0, out_of_sync: 0 } },
      'unchanged',
      'puppet-unchanged',
    ],
    ['an empty catalog', { total: 7, resources: { changed: 0 } }, 'unchanged', 'puppet-unchanged'],
    [
      'a resource failed',
      {
        resources: { failed: 1 },
        events: { failure: 1 },
        logs: [BEGUN, err('change failed', resource), APPLIED],
      },
      'failed',
      'puppet-resources-failed',
    ],
    [
      'a dependent was skipped',
      {
        resources: { failed: 1, skipped: 1 },
        logs: [
          BEGUN,
          line('warning', resource, 'Skipping because of failed dependencies'),
          APPLIED,
        ],
      },
      'failed',
      'puppet-resources-failed',
    ],
    [
      'a refresh failed',
      {
        resources: { failed: 1, failed_to_restart: 1 },
        logs: [BEGUN, err('Failed to call refresh', resource), APPLIED],
      },
      'failed',
      'puppet-resources-failed',
    ],
    [
      'a dependency cycle',
      {
        resources: { failed: 2 },
        total: 2,
        time: { catalog_application: undefined },
        logs: [BEGUN, err('Failed to apply catalog: Found 1 dependency cycle')],
      },
      'failed',
      'puppet-resources-failed',
    ],
    [
      'a compile error without cached catalog',
      { ...NOTHING, logs: [BEGUN, NO_COMPILE, err('Could not retrieve catalog; skipping run')] },
      'failed',
      'puppet-no-catalog',
    ],
    [
      'a compile error with cached catalog',
      { logs: [BEGUN, NO_COMPILE, CACHED, APPLIED] },
      'failed',
      'puppet-stale-catalog',
    ],
    [
      'a compile error with cached catalog in a daemon run, which logs no info',
      { logs: [NO_COMPILE, APPLIED] },
      'failed',
      'puppet-stale-catalog',
    ],
    [
      'server down, cached catalog',
      {
        logs: [
          BEGUN,
          err('Connection to https://puppet:8140/puppet/v3 failed, trying next route'),
          err('No more routes to fileserver'),
          err('Could not retrieve catalog from remote server: No more routes to puppet'),
          CACHED,
          APPLIED,
        ],
      },
      'failed',
      'puppet-stale-catalog',
    ],
    [
      'no server of the list answers, cached catalog',
      {
        logs: [
          BEGUN,
          err("Could not select a functional puppet server from server_list: 'a,b'"),
          CACHED,
          APPLIED,
        ],
      },
      'failed',
      'puppet-stale-catalog',
    ],
    [
      'server down without cached catalog',
      { ...NOTHING, logs: [BEGUN, err('Could not retrieve catalog from remote server: refused')] },
      'failed',
      'puppet-no-catalog',
    ],
    [
      'a plugin sync probe gets a 500, the catalog is fresh',
      { logs: [BEGUN, err('Internal Server Error'), APPLIED] },
      'changed',
      'puppet-changed',
    ],
    [
      'a plugin sync download fails, cached catalog',
      {
        logs: [
          BEGUN,
          err('Could not evaluate: Error 500', '/File[/opt/puppetlabs/facts.d]'),
          CACHED,
          APPLIED,
        ],
      },
      'failed',
      'puppet-stale-catalog',
    ],
    [
      'the same in a daemon run, which logs no info',
      { logs: [err('Could not evaluate: Error 500', '/File[/opt/puppetlabs/cache/lib]'), APPLIED] },
      'failed',
      'puppet-stale-catalog',
    ],
    [
      'the prerun command fails',
      { ...NOTHING, logs: [BEGUN, err('Could not run command from prerun_command: exit 1')] },
      'failed',
      'puppet-command-failed',
    ],
    [
      'the postrun command fails',
      { logs: [BEGUN, APPLIED, err('Could not run command from postrun_command: exit 1')] },
      'failed',
      'puppet-command-failed',
    ],
    [
      'SIGTERM',
      {
        total: 1,
        resources: { changed: 0 },
        time: { catalog_application: undefined },
        logs: [BEGUN, line('notice', 'Puppet', 'Caught TERM; exiting')],
      },
      'failed',
      'puppet-interrupted',
    ],
    [
      'SIGINT',
      {
        total: 1,
        time: { catalog_application: undefined },
        logs: [BEGUN, line('notice', 'Puppet', 'Caught INT; exiting')],
      },
      'failed',
      'puppet-interrupted',
    ],
    [
      'the runtimeout expires',
      {
        total: 3,
        time: { catalog_application: undefined },
        logs: [BEGUN, err('execution expired', resource)],
      },
      'failed',
      'puppet-interrupted',
    ],
    [
      'SIGKILL, out of memory, reboot: nothing is recorded',
      { lastrun: BEFORE },
      'unknown',
      'puppet-no-run',
    ],
    [
      'tags match nothing',
      { resources: { changed: 0, skipped: 9 }, total: 9 },
      'failed',
      'puppet-all-skipped',
    ],
    [
      'noop is set on the node',
      { resources: { changed: 0, out_of_sync: 2 }, events: { noop: 2 } },
      'failed',
      'puppet-noop',
    ],
    ['sending the report fails', {}, 'changed', 'puppet-changed'],
    [
      'a resource fails to generate others',
      {
        logs: [
          BEGUN,
          err("Failed to generate additional resources using 'generate': x", resource),
          APPLIED,
        ],
      },
      'failed',
      'puppet-generate-failed',
    ],
  ]

describe('each ending of a run', () => {
  test.each(endings)('%s', async (_, parts, result, code) => {
    expect(await judged(parts)).toMatchObject({ result, code })
  })

  test.each(endings)('%s: no log text gets into the verdict', async (_, parts) => {
    const text = JSON.stringify(await judged(parts))
    expect(text).not.toMatch(/hunter2|secret|exit 1|expired|Error 500/)
  })

  // With the logs gone only what the counts tell is left; nothing of it may look verified.
  test.each(endings)('%s: without logs it is never called a success', async (_, parts, result) => {
    const verdict = await judged(parts, { logsCode: 5 })
    expect(['failed', 'unknown', 'unverified']).toContain(verdict.result)
    if (result === 'changed' || result === 'unchanged')
      expect(verdict.code).toBe('puppet-logs-unreadable')
  })
})

const versions: [version: string, parts: object][] = [
  ['5.5.22', { puppet: '5.5.22', application: undefined }],
  ['6.29.0', { puppet: '6.29.0' }],
  ['7.34.0', { puppet: '7.34.0' }],
  ['8.10.0', { puppet: '8.10.0' }],
  ['10.0.0', { puppet: '10.0.0' }],
]

describe.each(versions)('Puppet %s', (_, version) => {
  test.each(endings)('%s', async (_name, parts, result, code) => {
    expect(await judged({ ...version, ...(parts as object) })).toMatchObject({ result, code })
  })
})

describe('Puppet 4.10, which does not record that the catalog was applied', () => {
  const old = PUPPET_4 as object

  test('the line in the log proves the end', async () => {
    expect(await judged(old)).toMatchObject({ result: 'changed', code: 'puppet-changed' })
  })

  test.each([
    ['logs that cannot be read', {}, { logsCode: 5 }],
    ['a log without that line', { logs: [BEGUN] }, {}],
    [
      'the log of another run',
      { logs: [line('notice', 'Puppet', 'Applied catalog in 1 s', BEFORE)] },
      {},
    ],
  ])('%s leave it unknown', async (_, parts, more) => {
    expect(await judged({ ...old, ...parts }, more)).toMatchObject({
      result: 'unknown',
      code: 'puppet-end-unproven',
    })
  })

  test('a failed compile leaves only version and time', async () => {
    const bare = { ...old, config: null, total: 0, resources: { changed: 0, out_of_sync: 0 } }
    const verdict = await judged({
      ...bare,
      time: { ...NOTHING.time, total: undefined },
      logs: [BEGUN],
    })
    expect(verdict.code).toBe('puppet-no-catalog')
  })

  test('cycle members are not counted: the log tells', async () => {
    const logs = [BEGUN, err('Failed to apply catalog: Found 1 dependency cycle')]
    expect(await judged({ ...old, total: 2, logs })).toMatchObject({ code: 'puppet-aborted' })
  })

  test('a refresh that failed is counted apart', async () => {
    expect(await judged({ ...old, resources: { failed_to_restart: 1 } })).toMatchObject({
      code: 'puppet-resources-failed',
      reason: '1 resource failed to restart',
    })
  })

  test('SIGTERM', async () => {
    const logs = [BEGUN, line('notice', 'Puppet', 'Caught TERM; exiting')]
    expect(await judged({ ...old, total: 1, logs })).toMatchObject({ code: 'puppet-interrupted' })
  })

  test('its sum of times is no start', async () => {
    const time = { catalog_application: undefined, total: 900 }
    expect(await judged({ ...old, time })).toMatchObject({ result: 'changed' })
  })

  test('the first line of its log is one, if it is its log', async () => {
    const logs = [line('info', 'Puppet', 'Retrieving plugin', BEFORE + 20), APPLIED]
    expect(await judged({ ...old, logs })).toMatchObject({ code: 'puppet-older-run' })
  })
})

test('a summary without version needs the line in the log', async () => {
  const parts = { puppet: '', time: { catalog_application: undefined } }
  expect(await judged(parts)).toMatchObject({ result: 'changed' })
  expect(await judged({ ...parts, logs: [BEGUN] })).toMatchObject({ code: 'puppet-end-unproven' })
})

import { describe, expect, test } from 'vitest'
import { findIn } from './log-findings.js'

const line = (level: string, source: string, message: string, time = 5) => ({
  level,
  source,
  message,
  time,
})

describe('lines of a log', () => {
  test.each([
    ['notice', 'Puppet', 'Applied catalog in 3.04 seconds', 'applied'],
    ['info', 'Puppet', "Using cached catalog from environment 'production'", 'stale'],
    [
      'info',
      'Puppet',
      "Not using cached catalog because its environment 'x' does not match",
      'stale',
    ],
    ['err', 'Puppet', 'Could not retrieve catalog from remote server: Error 500', 'stale'],
    ['err', 'Puppet', 'Could not retrieve catalog; skipping run', 'stale'],
    ['crit', 'Puppet', 'Could not select a functional puppet server from server_list', 'stale'],
    [
      'err',
      '/File[/opt/puppetlabs/puppet/cache/facts.d]',
      'Failed to generate additional resources',
      'stale',
    ],
    ['err', 'Puppet', 'Failed to apply catalog: Found 1 dependency cycle', 'aborted'],
    ['err', 'Puppet', 'Could not run command from postrun_command: x', 'command'],
    ['notice', 'Puppet', 'Caught TERM; exiting', 'interrupted'],
    ['notice', 'Puppet', 'Caught INT; exiting', 'interrupted'],
    [
      'err',
      '/Stage[main]/Main/Cron[x]',
      "Failed to generate additional resources using 'generate'",
      'generate',
    ],
    ['err', 'Facter', 'Permission denied', 'error'],
    ['err', 'Puppet', 'a notify of level err', 'error'],
    ['alert', 'puppet', 'x', 'error'],
    [
      'err',
      '/Stage[main]/Main/Exec[Could not retrieve catalog]',
      'Could not retrieve catalog',
      'error',
    ],
  ])('%s %s: %s', (level, source, message, kind) => {
    expect(findIn([line(level, source, message)])).toMatchObject([{ kind, count: 1, time: 5 }])
  })

  test.each([
    ['info', 'Puppet', 'Caching catalog for dev1.example.net'],
    ['notice', '/Stage[main]/Main/Notify[x]/message', 'Using cached catalog'],
    ['warning', 'Puppet', 'Could not retrieve catalog'],
    ['warning', '/Stage[main]/Main/File[/x]', 'Skipping because of failed dependencies'],
    ['notice', 'Facter', 'Applied catalog in'],
    ['warning', 'Puppet', 'Could not run command from prerun_command'],
    ['warning', 'Puppet', 'Could not select a functional puppet server'],
    ['warning', 'Puppet', 'Failed to apply catalog'],
    ['warning', '/Stage[main]/Main/Cron[x]', 'Failed to generate additional resources'],
  ])('%s %s: %s says nothing', (level, source, message) => {
    expect(findIn([line(level, source, message)])).toEqual([])
  })

  test('equal ones are counted, with the time of the last', () => {
    const facter = [3, 9, 6].map((time) => line('err', 'Facter', `secret ${time}`, time))
    expect(findIn(facter)).toEqual([
      { kind: 'error', source: 'Facter', text: null, count: 3, time: 9 },
    ])
  })

  test('no more than the known beginning is kept', () => {
    const found = findIn([line('err', 'Puppet', 'Could not retrieve catalog: password=hunter2')])
    expect(found[0]?.text).toBe('Could not retrieve catalog')
  })
})

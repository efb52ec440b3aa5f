import { describe, expect, test } from 'vitest'
import type { Effect, Json, Outcome } from '@choirmaster/core/provide'
import { disable, enable, lastRunSummary, runonce, status } from '../src/index.js'
import { call, fakeTransport, linkTo, only, saying } from './support/fake-transport.js'

/** What each action says of a fault: code of the problem and effect; null: it succeeds. */
type Told = { code: string; effect: Effect } | null
type Name = 'status' | 'runonce' | 'last_run_summary' | 'disable' | 'enable'
const told = (code: string, effect: Effect): Told => ({ code, effect })
const ACTIONS: Record<Name, (link: ReturnType<typeof linkTo>) => AsyncIterable<Outcome<unknown>>> =
  {
    status: (link) => status(link, ['n'], call),
    runonce: (link) => runonce(link, ['n'], { noop: false }, call),
    last_run_summary: (link) => lastRunSummary(link, ['n'], false, call),
    disable: (link) => disable(link, ['n'], 'm', call),
    enable: (link) => enable(link, ['n'], call),
  }
const STATUS: Json = {
  enabled: true,
  applying: false,
  daemon_present: false,
  lastrun: 5,
  since_lastrun: 5,
}
const silence = (why: 'not-sent' | 'not-connected' | 'no-reply') =>
  fakeTransport((node) => ({ node, kind: 'silence', why }))
const all = (change: Told, question: Told): Record<Name, Told> => ({
  status: question,
  last_run_summary: question,
  runonce: change,
  disable: change,
  enable: change,
})

const faults: [
  fault: string,
  said: Parameters<typeof saying>[0] | ReturnType<typeof silence>,
  told: Partial<Record<Name, Told>>,
][] = [
  [
    'node off, partitioned, slow, plugin missing, clocks apart',
    silence('no-reply'),
    all(told('node-no-reply', 'maybe'), told('node-no-reply', 'none')),
  ],
  [
    'not connected',
    silence('not-connected'),
    all(told('node-not-connected', 'maybe'), told('node-not-connected', 'none')),
  ],
  [
    'the request never left',
    silence('not-sent'),
    all(told('node-not-sent', 'none'), told('node-not-sent', 'none')),
  ],
  [
    'the transport leaves nodes out',
    fakeTransport(() => undefined),
    all(told('node-no-reply', 'maybe'), told('node-no-reply', 'none')),
  ],
  [
    'not authorised',
    { code: 1, text: 'You are not authorized to call this agent or action', data: {} },
    all(told('node-denied', 'none'), told('node-denied', 'none')),
  ],
  [
    'already disabled by an operator',
    { code: 1, text: 'Could not disable Puppet: Already disabled', data: { enabled: false } },
    { disable: told('node-already-disabled', 'none') },
  ],
  [
    'disabled, asked to run',
    {
      code: 1,
      text: "Puppet is disabled: 'you are not authorized; Cannot manage Puppet version'",
      data: {},
    },
    { runonce: told('node-disabled', 'none') },
  ],
  [
    'disabled while it was asked to run',
    { code: 1, text: 'Puppet is disabled, cannot run now', data: {} },
    { runonce: told('node-disabled', 'none') },
  ],
  [
    'already enabled',
    { code: 1, text: 'Could not enable Puppet: Already enabled', data: { enabled: true } },
    { enable: told('node-already-enabled', 'none') },
  ],
  [
    'a run in progress, a stale lock, a hung run',
    { code: 1, text: 'Puppet is currently applying a catalog, cannot run now', data: {} },
    { runonce: told('node-busy', 'none') },
  ],
  [
    'corrupt summary: the deed was done',
    {
      code: 5,
      text: 'no implicit conversion of nil into Hash',
      data: { status: 'Succesfully locked the Puppet agent: m' },
    },
    { disable: told('node-done-with-error', 'done') },
  ],
  [
    'corrupt summary: the deed was done, if they mend their spelling',
    {
      code: 5,
      text: 'no implicit conversion of nil into Hash',
      data: { status: 'Successfully enabled the Puppet agent' },
    },
    { enable: told('node-done-with-error', 'done') },
  ],
  [
    'corrupt summary',
    { code: 5, text: 'no implicit conversion of nil into Hash', data: { status: '' } },
    all(told('node-summary-unreadable', 'maybe'), told('node-summary-unreadable', 'none')),
  ],
  [
    'broken YAML in the summary',
    {
      code: 5,
      text: '(/x/last_run_summary.yaml): did not find expected key at line 1 column 2',
      data: {},
    },
    all(told('node-summary-unreadable', 'maybe'), told('node-summary-unreadable', 'none')),
  ],
  [
    'lock that is no JSON',
    { code: 5, text: "unexpected token at ''", data: { enabled: null } },
    all(told('node-lock-unreadable', 'maybe'), told('node-lock-unreadable', 'none')),
  ],
  [
    'lock that is no JSON, disabled again',
    {
      code: 5,
      text: "unexpected token at ''",
      data: { status: 'Could not disable Puppet: Already disabled' },
    },
    { disable: told('node-already-disabled', 'none') },
  ],
  [
    'an idle daemon and options',
    {
      code: 1,
      text: 'Cannot specify any custom puppet options when the daemon is running',
      data: {},
    },
    { runonce: told('node-options-refused', 'none') },
  ],
  [
    'the command is missing',
    { code: 5, text: 'No such file or directory - puppet', data: {} },
    { runonce: told('node-puppet-missing', 'none') },
  ],
  [
    'a file is missing, so that it may have started',
    { code: 5, text: 'No such file or directory @ rb_sysopen - /x', data: {} },
    { runonce: told('node-agent-error', 'maybe') },
  ],
  [
    'the command had an exit code',
    { code: 1, text: "The 'puppet agent' command had exit code 1", data: {} },
    { runonce: told('node-agent-error', 'maybe') },
  ],
  [
    'the lock cannot be written',
    { code: 1, text: 'Could not disable Puppet: No space left on device', data: {} },
    { disable: told('node-agent-error', 'maybe') },
  ],
  [
    'the shim failed',
    {
      code: 1,
      text: 'Choria MCollective Compatibility Layer failed to invoke the action: x',
      data: {},
    },
    all(told('node-shim-failed', 'maybe'), told('node-shim-failed', 'none')),
  ],
  [
    'the shim said nothing',
    { code: 1, text: 'Cannot decode output from Shim for Ruby action puppet#x: EOF', data: {} },
    all(told('node-shim-failed', 'maybe'), told('node-shim-failed', 'none')),
  ],
  [
    'the shim was not called',
    { code: 1, text: 'Cannot call Ruby action puppet#x: no shim', data: {} },
    all(told('node-shim-failed', 'maybe'), told('node-shim-failed', 'none')),
  ],
  [
    'a Puppet newer than the plugin',
    { code: 5, text: 'Cannot manage Puppet version 9', data: {} },
    all(told('node-puppet-unsupported', 'none'), told('node-puppet-unsupported', 'none')),
  ],
  [
    'another agent of the same name',
    { code: 2, text: 'Unknown action', data: {} },
    all(told('node-unknown-action', 'none'), told('node-unknown-action', 'none')),
  ],
  [
    'inputs missing',
    { code: 3, text: 'missing', data: {} },
    all(told('node-input-refused', 'none'), told('node-input-refused', 'none')),
  ],
  [
    'message over 120 or shell characters',
    { code: 4, text: 'Cannot validate input message: value should not have ; in it', data: {} },
    { disable: told('node-input-refused', 'none') },
  ],
  [
    'an environment that the code refuses',
    { code: 1, text: "Invalid environment 'a-b' specified", data: {} },
    { runonce: told('node-input-refused', 'none') },
  ],
  [
    'inputs refused by an external agent',
    { code: 1, text: 'Validation failed: message', data: {} },
    { disable: told('node-input-refused', 'none') },
  ],
  [
    'a statuscode that nobody knows',
    { code: 17, text: '', data: {} },
    all(told('node-reply-invalid', 'maybe'), told('node-reply-invalid', 'none')),
  ],
  [
    'summary file missing: a first run',
    { code: 0, text: 'OK', data: { ...(STATUS as object), lastrun: 0 } },
    { status: null },
  ],
]

describe('what each action says of a fault', () => {
  for (const [fault, said, expected] of faults) {
    test.each(Object.entries(expected) as [Name, Told][])(`${fault}: %s`, async (name, want) => {
      const transport = 'code' in said ? saying(said) : said
      const got = await only(ACTIONS[name](linkTo(transport)))
      expect(got.ok ? null : told(got.problem.code, got.effect)).toEqual(want)
      if (!got.ok) expect(got.problem).toMatchObject({ place: 'n', hint: expect.any(String) })
    })
  }
})

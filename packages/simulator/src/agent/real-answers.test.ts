import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lab, NODE, START, type Lab, type Said } from '../../test/harness.js'
import type { FaultEntry } from '../scenario/scenario.js'

interface Recorded {
  readonly request: { readonly action: string; readonly data: Readonly<Record<string, never>> }
  readonly replies: readonly {
    readonly statuscode: number
    readonly statusmsg: string
    readonly data: Readonly<Record<string, unknown>>
  }[]
}

function recorded(name: string): Recorded {
  const file = new URL(`../../test/fixtures/real/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Recorded
}

const OURS = 'app-orch run=01J9ZQ4Y7M3T8V2K5N6P7R8S9T by ops'

/** Keys in their order and types of values; of lists, the shape of the first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])]
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.entries(value).map(([key, inner]) => [key, shape(inner)])
}

/** Numbers, ages and the way to the command differ between the lab and the fleet; the words must not. */
function words(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/last completed run .*? ago/g, 'last completed run AGE ago')
      .replaceAll(/\/usr\/bin\/puppet agent --config \S+/g, 'puppet agent')
      .replaceAll(/\d\d\d\d-\d\d-\d\d \d\d:\d\d/g, 'TIME')
      .replaceAll('orchestrator.mcollective', 'simulator.mcollective')
      .replaceAll(/:(\d+)(?=[,}])/g, ':0'),
  ) as unknown
}

const applying: FaultEntry = { fault: 'foreign-run', seconds: 600 }
const locked: FaultEntry = { fault: 'disabled', message: OURS }

interface Case {
  readonly name: string
  readonly faults?: readonly FaultEntry[]
  readonly before?: (lab: Lab) => Promise<unknown>
  readonly reply?: number
}

const CASES: readonly Case[] = [
  { name: 'disable' },
  { name: 'disable_again', faults: [locked] },
  { name: 'enable', faults: [locked] },
  { name: 'enable_again' },
  { name: 'disable_while_applying', faults: [applying] },
  { name: 'runonce' },
  { name: 'runonce_disabled', faults: [locked] },
  { name: 'runonce_while_applying', faults: [applying] },
  { name: 'runonce_disabled_while_applying', faults: [applying, locked] },
  { name: 'status_disabled', faults: [locked] },
  { name: 'status_applying', faults: [applying] },
  { name: 'status_disabled_while_applying', faults: [applying, locked] },
  { name: 'status_lock_without_message', faults: [{ fault: 'disabled', message: null }] },
  { name: 'status_lock_not_json', faults: [{ fault: 'broken-lock' }] },
  { name: 'corrupt_summary_status', faults: [{ fault: 'corrupt-summary' }] },
  { name: 'corrupt_summary_disable', faults: [{ fault: 'corrupt-summary' }] },
  { name: 'corrupt_summary_enable', faults: [{ fault: 'corrupt-summary' }, locked] },
  { name: 'corrupt_summary_runonce', faults: [{ fault: 'corrupt-summary' }] },
  { name: 'corrupt_summary_last_run_summary', faults: [{ fault: 'corrupt-summary' }] },
  { name: 'summary_not_a_number', faults: [{ fault: 'corrupt-summary', nan: true }] },
  { name: 'unknown_action' },
  { name: 'bad_input' },
  { name: 'disable_stopped_locked_denied', faults: [{ fault: 'denied' }], reply: 2 },
]

describe('answers as the real plugin gives them', () => {
  it.each(CASES)('$name', async ({ name, faults = [], before, reply = 0 }) => {
    const { request, replies } = recorded(name)
    const real = replies[reply]
    const simulated = lab(faults)
    await before?.(simulated)
    const said = await simulated.ask(request.action, request.data)
    expect([said.code, said.text]).toEqual([real?.statuscode, real?.statusmsg])
    expect(words(said.data)).toEqual(words(real?.data))
    expect(shape(said.data)).toEqual(shape(real?.data))
  })
})

/** Lets a run go through and gives its summary with logs. */
async function summaryOf(fault: FaultEntry | undefined, logs: boolean): Promise<Said> {
  // The recorded nodes told their environment; simulated ones do when a scenario names it.
  const production = { fault: 'environment', name: 'production' }
  const simulated = lab(fault === undefined ? [production] : [production, fault])
  await simulated.ask('runonce', { force: true })
  await simulated.wait(60)
  return simulated.ask('last_run_summary', logs ? { logs } : {})
}

describe('summaries shaped as Puppet really writes them', () => {
  it.each([
    { name: 'summary_good', fault: undefined, logs: false },
    { name: 'summary_good_logs', fault: undefined, logs: true },
    { name: 'summary_compile_cached', fault: { fault: 'compile-failure' }, logs: true },
    { name: 'summary_compile_nocache', fault: { fault: 'compile-failure', cached: false } },
    { name: 'summary_puppetserver_down', fault: { fault: 'server-down' }, logs: true },
    { name: 'summary_after_sigTERM', fault: { fault: 'interrupted' }, logs: true },
  ])('$name', async ({ name, fault, logs = true }) => {
    const real = recorded(name).replies[0]?.data
    const { code, data } = await summaryOf(fault, logs)
    expect(code).toBe(0)
    expect(shape(data)).toEqual(shape(real))
    for (const key of ['failed_resources', 'total_resources', 'changed_resources']) {
      expect([key, data[key]]).toEqual([key, real?.[key]])
    }
  })

  it('a failed resource is logged twice and its dependent is skipped', async () => {
    const real = recorded('summary_failed').replies[0]?.data
    const { data } = await summaryOf({ fault: 'failed-resources' }, true)
    const counts = (of: unknown): unknown =>
      (of as { readonly summary: { readonly resources: object } }).summary.resources
    expect(counts(data)).toEqual({ ...(counts(real) as object), corrective_change: 0 })
    const levels = (of: unknown): unknown =>
      (of as { readonly logs: readonly { level: string; source: string; msg: string }[] }).logs
        .filter(({ level, source }) => level !== 'info' && source !== 'Facter')
        .map(({ level, source }) => `${level} ${source === 'Puppet' ? source : 'resource'}`)
    // The real one has a notice more: what the failing command printed.
    expect(levels(data)).toEqual((levels(real) as string[]).toSpliced(1, 1))
  })
})

describe('a refusal of inputs', () => {
  it.each([
    [
      'disable',
      { message: 'x'.repeat(121) },
      'Cannot validate input message: Input string is longer than 120 character(s)',
    ],
    ['runonce', { force: 'x' }, 'Cannot validate input force: value should be a boolean'],
    ['runonce', { noop: null }, 'Cannot validate input noop: value should be a boolean'],
    [
      'runonce',
      { tags: 'a,b-c' },
      "Cannot validate input tags: Invalid variable name 'b-c' specified",
    ],
    [
      'runonce',
      { environment: 'feature-x' },
      "Cannot validate input environment: Invalid variable name 'feature-x' specified",
    ],
    ['last_run_summary', { logs: 'true' }, 'Cannot validate input logs: value should be a boolean'],
    ['resource', { type: 'file' }, 'Action resource needs a name argument'],
  ])('%s %j is code 4 and has no effect', async (action, data, text) => {
    const simulated = lab()
    expect(await simulated.ask(action, data)).toMatchObject({ code: 4, text })
    expect(simulated.story()).toEqual([])
  })

  it('comes after the policy: a denied caller learns nothing of its inputs', async () => {
    const simulated = lab([{ fault: 'denied', actions: ['disable'] }])
    expect(await simulated.ask('disable', { message: 'a;b' })).toMatchObject({
      code: 1,
      text: 'You are not authorized to call this agent or action',
      data: {},
    })
  })
})

describe('runonce', () => {
  const DAEMON: FaultEntry = { fault: 'daemon' }

  it('signals a daemon, and refuses it options', async () => {
    const simulated = lab([DAEMON])
    const status = await simulated.ask('status')
    expect(status.data).toMatchObject({ daemon_present: true, idling: true, status: 'idling' })
    expect(await simulated.ask('runonce', { noop: true })).toMatchObject({
      code: 1,
      text: 'Cannot specify any custom puppet options when the daemon is running',
    })
    expect(await simulated.ask('runonce', { force: true })).toMatchObject({
      code: 0,
      data: { summary: 'Signalled the running Puppet Daemon' },
    })
    await simulated.wait(30)
    const { data } = await simulated.ask('last_run_summary', { logs: true })
    const logs = data['logs'] as readonly { readonly level: string }[]
    expect(new Set(logs.map(({ level }) => level))).toEqual(new Set(['notice']))
  })

  it('spawns beside a daemon that it does not signal', async () => {
    const simulated = lab([{ fault: 'daemon', signal: false }])
    expect(await simulated.ask('runonce', { noop: true, force: true })).toMatchObject({
      data: {
        summary:
          "Started a Puppet run using the 'puppet agent --onetime --no-daemonize --color=false --show_diff --verbose --no-splay --noop' command",
      },
    })
  })

  it('splays unless it is forced', async () => {
    const simulated = lab()
    expect(await simulated.ask('runonce', {})).toMatchObject({
      data: { summary: expect.stringContaining('--verbose --splay --splaylimit 30') as string },
    })
  })

  it('knows no server override and no fractional splay limit', async () => {
    const simulated = lab()
    expect(await simulated.ask('runonce', { server: 'other' })).toMatchObject({
      text: "Passing 'server' option is not allowed in module configuration",
    })
    expect(await simulated.ask('runonce', { splaylimit: 2.5 })).toMatchObject({
      text: "Invalid splaylimit '2.5' specified",
    })
  })

  it.each([
    ['', 'Puppet is disabled'],
    [null, "Puppet is disabled: ''"],
  ])('with the message %j', async (message, text) => {
    const simulated = lab([{ fault: 'disabled', message }])
    expect(await simulated.ask('runonce', { force: true })).toMatchObject({ code: 1, text })
  })

  it('names the caller in the default message of disable, in the time of the node', async () => {
    const simulated = lab([{ fault: 'clock-offset', seconds: 3600 }])
    await simulated.ask('disable')
    const { data } = await simulated.ask('status')
    expect(data['disable_message']).toBe(
      'Disabled via MCollective by choria=simulator.mcollective at 2027-01-15 09:00',
    )
  })

  it('is not there where Puppet is not', async () => {
    const simulated = lab([{ fault: 'puppet-missing' }])
    expect(await simulated.ask('runonce', { force: true })).toMatchObject({
      code: 5,
      text: 'No such file or directory - puppet',
      data: { initiated_at: 0 },
    })
  })
})

it('another agent than puppet is not installed: silence', async () => {
  const { all, clock } = lab()
  const answers = await all('ping', {}, { agent: 'rpcutil', timeoutMs: 5000 })
  expect(answers).toEqual([{ node: NODE, kind: 'silence', why: 'no-reply' }])
  expect(clock.now()).toBe(START + 5000)
})

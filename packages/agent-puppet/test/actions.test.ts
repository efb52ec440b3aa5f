import { describe, expect, test } from 'vitest'
import { isCodedError } from '@choirmaster/core/provide'
import { disable, enable, lastRunSummary, runonce, status } from '../src/index.js'
import {
  call,
  collect,
  fakeTransport,
  good,
  linkTo,
  only,
  saying,
} from './support/fake-transport.js'
import { summary } from './support/builders.js'

const accepting = () => fakeTransport((node) => good(node, { initiated_at: 5 }))

describe('what is sent', () => {
  test.each([
    ['a plain run', { noop: false }, { force: true }],
    ['a noop run', { noop: true }, { force: true, noop: true }],
    [
      'an enforced environment',
      { noop: false, environment: 'dev_1' },
      { force: true, environment: 'dev_1' },
    ],
  ])('%s', async (_, options, data) => {
    const transport = accepting()
    await collect(runonce(linkTo(transport), ['n'], options, call))
    expect(transport.requests).toEqual([
      { agent: 'puppet', action: 'runonce', data, nodes: ['n'], timeoutMs: 22_000, changes: true },
    ])
  })

  test('changes are marked as such, questions are not', async () => {
    const transport = accepting()
    const link = linkTo(transport)
    await collect(disable(link, ['n'], 'm', call))
    await collect(enable(link, ['n'], call))
    await collect(status(link, ['n'], call))
    await collect(lastRunSummary(link, ['n'], true, call))
    expect(transport.requests.map(({ action, data, changes }) => [action, data, changes])).toEqual([
      ['disable', { message: 'm' }, true],
      ['enable', {}, true],
      ['status', {}, false],
      ['last_run_summary', { logs: true }, false],
    ])
  })

  test('nothing for no nodes', async () => {
    const transport = accepting()
    expect(await collect(status(linkTo(transport), [], call))).toEqual([])
    expect(transport.requests).toEqual([])
  })
})

describe('inputs that the agent would refuse', () => {
  test.each(['a;b', 'a`b', '$x', 'a|b', 'a && b', 'a>b', 'a<b', 'é', 'a\nb', 'x'.repeat(121)])(
    'disable message %j: nothing is sent',
    (message) => {
      const transport = accepting()
      let thrown: unknown
      try {
        disable(linkTo(transport), ['n'], message, call)
      } catch (error) {
        thrown = error
      }
      expect(isCodedError(thrown) && thrown.code).toBe('agent-message-invalid')
      expect(transport.requests).toEqual([])
    },
  )

  test.each([
    'x'.repeat(120),
    '',
    'a & b',
    'choirmaster run=01J by=choria=ops.mcollective at=2026-01-01T00:00Z',
  ])('disable message %j is sent', async (message) => {
    const transport = accepting()
    await collect(disable(linkTo(transport), ['n'], message, call))
    expect(transport.requests).toHaveLength(1)
  })

  test.each(['a-b', 'a.b', '', '5', '_', 'a\n', 'a b', 'a;b', 'é', 'x'.repeat(51)])(
    'environment %j: nothing is sent',
    (environment) => {
      const transport = accepting()
      let thrown: unknown
      try {
        runonce(linkTo(transport), ['n'], { noop: false, environment }, call)
      } catch (error) {
        thrown = error
      }
      expect(isCodedError(thrown) && thrown.code).toBe('agent-environment-invalid')
      expect(transport.requests).toEqual([])
    },
  )
})

describe('untidy replies', () => {
  const node = {
    enabled: false,
    applying: false,
    daemon_present: true,
    lastrun: 100,
    since_lastrun: 66,
  }
  const read = (data: object) =>
    only(status(linkTo(saying({ code: 0, text: 'OK', data: { ...node, ...data } })), ['n'], call))

  test.each([
    ['text', 'by hand', 'by hand'],
    ['null', null, ''],
    ['a number', 17, '17'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['a megabyte', 'x'.repeat(1e6), `${'x'.repeat(1000)}…`],
  ])('disable message: %s', async (_, disable_message, message) => {
    expect(await read({ disable_message })).toMatchObject({ ok: true, value: { message } })
  })

  test('the message of an enabled node is none', async () => {
    const outcome = await read({ enabled: true, disable_message: '' })
    expect(outcome.ok && 'message' in outcome.value).toBe(false)
  })

  test("the node's clock is lastrun and since_lastrun, also where that is negative", async () => {
    expect(await read({})).toMatchObject({ value: { now: 166, lastRun: 100 } })
    expect(await read({ since_lastrun: -40 })).toMatchObject({ value: { now: 60 } })
    expect(await read({ lastrun: 0, since_lastrun: 1795345000 })).toMatchObject({
      value: { now: 1795345000, lastRun: 0 },
    })
  })

  test.each([
    ['enabled null', { enabled: null }],
    ['since_lastrun "Unknown"', { since_lastrun: 'Unknown' }],
    ['lastrun negative', { lastrun: -1 }],
    ['lastrun a fraction', { lastrun: 1.5 }],
    ['lastrun beyond what a double holds', { lastrun: 1e300 }],
    ['applying a string', { applying: 'false' }],
    ['daemon_present a string', { daemon_present: 'no' }],
    ['a clock before 1970', { since_lastrun: -500 }],
  ])('%s in a good reply is none', async (_, data) => {
    expect(await read(data)).toMatchObject({ ok: false, problem: { code: 'node-reply-invalid' } })
  })

  const last = (data: object, logs = true) =>
    only(
      lastRunSummary(
        linkTo(saying({ code: 0, text: 'OK', data: { ...summary(), ...data } })),
        ['n'],
        logs,
        call,
      ),
    )

  test.each([
    ['number', 1795345002, '1795345002'],
    ['string', 'git-abc', 'git-abc'],
    ['null', null, null],
    ['unknown', 'unknown', 'unknown'],
  ])('config_version: %s', async (_, config_version, configVersion) => {
    expect(await last({ config_version })).toMatchObject({ ok: true, value: { configVersion } })
  })

  test('logs as an empty object are none', async () => {
    expect(await last({ logs: {} })).toMatchObject({ ok: true, value: { logs: null } })
    expect(await last({ logs: [] })).toMatchObject({ ok: true, value: { logs: [] } })
    expect(await last({}, false)).toMatchObject({ ok: true, value: { logs: null } })
  })

  test('what the summary lacks is null', async () => {
    expect(await last({ summary: {}, failed_resources: -1 })).toMatchObject({
      ok: true,
      value: {
        failed: null,
        skipped: null,
        failedToRestart: null,
        noops: null,
        puppet: null,
        runMode: null,
        convergedEnvironment: null,
        time: { total: null, catalogApplication: null, configRetrieval: null },
      },
    })
    expect(await last({ summary: null })).toMatchObject({ ok: true })
  })

  test.each([
    ['logs a string', { logs: 'x' }],
    ['a log line null', { logs: [null] }],
    ['a log line without time', { logs: [{ level: 'err', msg: 'x', source: 'y' }] }],
    ['a message that is an object', { logs: [{ level: 'err', msg: {}, source: 'y', time: 1 }] }],
    ['failed a string', { failed_resources: '0' }],
    ['failed a fraction', { failed_resources: 0.5 }],
    ['summary an array', { summary: [] }],
    ['resources a string', { summary: { resources: 'x' } }],
    ['a time a string', { summary: { time: { total: '1' } } }],
    ['config_version an object', { config_version: {} }],
    ['lastrun a string', { lastrun: 'x' }],
  ])('%s: not a reply of the agent', async (_, data) => {
    expect(await last(data)).toMatchObject({ ok: false, problem: { code: 'node-reply-invalid' } })
  })

  test('a run that was started at no time may have been started', async () => {
    const run = (data: object) =>
      only(
        runonce(
          linkTo(saying({ code: 0, text: 'OK', data: data as never })),
          ['n'],
          { noop: false },
          call,
        ),
      )
    for (const data of [{ initiated_at: 0 }, {}, { initiated_at: 'x' }, [], null]) {
      expect(await run(data as object)).toMatchObject({
        ok: false,
        effect: 'maybe',
        problem: { code: 'node-reply-invalid' },
      })
    }
  })

  test("a node's text is one short line in our messages", async () => {
    const text = `boom\u001b[2J\n${'x'.repeat(100_000)}`
    const outcome = await only(status(linkTo(saying({ code: 5, text, data: {} })), ['n'], call))
    const message = outcome.ok ? '' : outcome.problem.message
    expect(message).toMatch(/^status: The puppet agent failed on the node: boom \[2J x+…$/)
    expect(message.length).toBeLessThan(300)
  })
})

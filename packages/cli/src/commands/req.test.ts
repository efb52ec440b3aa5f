import type { Answer, RpcRequest, Transport } from '@choirmaster/core/provide'
import { describe, expect, it } from 'vitest'
import { changesOf, fakeWorld, requestsOf } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import type { OpenSession } from '../session.js'
import Req from './req.js'

const nodes = (...names: string[]): string[] => names.flatMap((name) => ['-I', name])

/** A transport that answers as it is told, and the requests that it got. */
function answering(answers: readonly Answer[]): {
  openSession: OpenSession
  requests: RpcRequest[]
} {
  const requests: RpcRequest[] = []
  const transport: Transport = {
    caller: 'choria=deploy.mcollective',
    openFor: 60_000,
    async *request(request) {
      requests.push(request)
      yield* await Promise.resolve(answers)
    },
  }
  const { openSession } = fakeWorld({ environment: LAMP })
  return {
    requests,
    openSession: async (...asked) => ({
      ...(await openSession(...asked)),
      openTransport: () => Promise.resolve(transport),
    }),
  }
}

const DENIED = 'You are not authorized to call this agent or action'
const MIXED: readonly Answer[] = [
  { node: 'db1', kind: 'reply', code: 0, text: 'OK', data: { enabled: true, list: [1, 'a'] } },
  { node: 'web1', kind: 'silence', why: 'not-connected' },
  { node: 'web2', kind: 'reply', code: 1, text: DENIED, data: {} },
  { node: 'web3', kind: 'silence', why: 'no-reply' },
  { node: 'web4', kind: 'reply', code: 0, text: 'OK', data: { text: 'two\nlines\x1b[2J' } },
]

describe('req', () => {
  it('prints replies as they come, then who is silent and why', async () => {
    const { openSession } = answering(MIXED)
    const io = await runCommand(
      Req,
      ['puppet', 'disable', ...nodes('db1', 'web1', 'web2', 'web3', 'web4')],
      { openSession },
    )
    expect(io.out()).toMatchInlineSnapshot(`
      "db1: OK
          enabled: true
          list: [1,"a"]
      web2: aborted (1), You are not authorized to call this agent or action
      web4: OK
          text: two
            lines\\x1b[2J

      No answer:
        web1  not connected: no choria-server listens under this name
        web3  no reply in time: no such agent there, clocks that differ, a node that is busy; it may be done all the same

      5 nodes asked: 2 OK, 1 aborted (1), 2 without answer, in 0 ms
      "
    `)
    expect(io.err()).toBe(
      [
        'Hint: On the nodes, add this line (tabs between its columns) to policies/puppet.policy beside server.conf, or its like to mcollective_agent_puppet::policies in Hiera:',
        '  allow\tchoria=deploy.mcollective\tdisable\t*\t*\n',
      ].join('\n'),
    )
    expect(io.exitCode()).toBe(5)
  })

  it('prints one JSON object a node under --json, and nothing else', async () => {
    const { openSession } = answering(MIXED)
    const io = await runCommand(Req, ['puppet', 'status', ...nodes('db1'), '--json'], {
      openSession,
    })
    const lines = io.out().trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { node: 'db1', code: 0, text: 'OK', data: { enabled: true, list: [1, 'a'] } },
      { node: 'web1', silence: 'not-connected' },
      { node: 'web2', code: 1, text: DENIED, data: {} },
      { node: 'web3', silence: 'no-reply' },
      { node: 'web4', code: 0, text: 'OK', data: { text: 'two\nlines\x1b[2J' } },
    ])
    expect(io.err()).toBe('')
  })

  it('sends what it was told, once to each node', async () => {
    const { openSession, requests } = answering([])
    const argv = ['puppet', 'runonce', 'force=yes', ...nodes('a', 'b', 'a'), 'noop=false']
    await runCommand(Req, [...argv, '--timeout', '60'], { openSession })
    await runCommand(Req, ['puppet', 'status', '-I', 'a'], { openSession })
    expect(requests).toMatchObject([
      {
        ...{ agent: 'puppet', action: 'runonce', nodes: ['a', 'b'], changes: true },
        ...{ data: { force: true, noop: false }, timeoutMs: 60_000 },
      },
      { action: 'status', data: {}, nodes: ['a'], changes: false, timeoutMs: 22_000 },
    ])
  })

  it('ends with 0 only when every node answered well', async () => {
    const good: Answer = { node: 'a', kind: 'reply', code: 0, text: 'OK', data: {} }
    const silent: Answer = { node: 'b', kind: 'silence', why: 'no-reply' }
    const exit = async (answers: readonly Answer[], names: string[]): Promise<unknown> => {
      const { openSession } = answering(answers)
      const argv = ['rpcutil', 'ping', ...nodes(...names), '--json']
      return (await runCommand(Req, argv, { openSession })).exitCode()
    }
    expect(await exit([good], ['a'])).toBe(0)
    expect(await exit([good, silent], ['a', 'b'])).toBe(5)
    expect(await exit([{ ...good, code: 4 }], ['a'])).toBe(5)
  })

  it('is never sent to all', async () => {
    const { openSession, requests } = answering([])
    const io = await runCommand(Req, ['puppet', 'disable', '--json'], { openSession })
    expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'req-no-nodes', place: '-I' } })
    expect(io.exitCode()).toBe(3)
    expect(requests).toEqual([])
  })

  it('asks nothing back', async () => {
    const { openSession, fleet } = fakeWorld({ environment: LAMP })
    const io = await runCommand(Req, ['puppet', 'disable', 'message=mine', ...nodes('dev1')], {
      openSession,
    })
    expect(io.asked).toEqual([])
    expect(io.exitCode()).toBe(0)
    expect(changesOf(fleet)).toEqual(['disabled'])
    expect(requestsOf(fleet)).toEqual(['disable'])
  })

  it.each([
    [[], 'The argument AGENT is missing'],
    [['puppet'], 'The argument ACTION is missing'],
    [['puppet', 'status', '--nodes', 'a'], 'There is no flag --nodes'],
  ])('%j is a usage error', async (argv, message) => {
    const io = await runCommand(Req, [...argv, '--json'])
    expect(JSON.parse(io.out())).toMatchObject({ error: { message } })
    expect(io.exitCode()).toBe(1)
  })
})

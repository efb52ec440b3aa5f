import type { Answer, Check, RpcRequest, Transport } from '@choirmaster/core/provide'
import { CodedError } from '@choirmaster/core'
import { describe, expect, it } from 'vitest'
import { changesOf, fakeWorld, type World } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { runCommand } from '../../test/run-command.js'
import type { OpenSession, Session } from '../session.js'
import Doctor from './doctor.js'

const FLEET = ['dev1', 'dev2', 'dev3', 'dev4'].map((name) => `${name}.example.net`)

/** Sessions of a simulated world, with something different about them. */
function world(
  world: Partial<World>,
  different: (session: Session) => Partial<Session> = () => ({}),
) {
  const made = fakeWorld({ environment: LAMP, ...world })
  const openSession: OpenSession = async (...asked) => {
    const session = await made.openSession(...asked)
    return { ...session, ...different(session) }
  }
  return { ...made, openSession }
}

/** All that is told, without hints. */
const told = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => line.replace(/ {2,}/g, ' '))

const stream = async function* (checks: readonly Check[]): AsyncGenerator<Check> {
  yield* await Promise.resolve(checks)
}

describe('doctor', () => {
  it('tells of an estate that is in order', async () => {
    const { openSession, fleet } = world({ scenario: { fleet: FLEET } })
    const io = await runCommand(Doctor, [], { openSession })
    expect(io.out()).toMatchInlineSnapshot(`
      "ok      transport        a simulated fleet, as was asked for
      ok      caller           nodes know us as choria=simulator.mcollective
      ok      ping             4 nodes answered, the first after 2000 ms
      ok      catalog          file: environment production, 2 applications on 4 nodes
      ok      site             all 4 nodes of the site answered the ping
      ok      status           4 of 4 nodes say how they are
      ok      clocks           4 nodes within 2 s of ours
      ok      permission       disable, runonce: allowed on 4 nodes
      note    permission       enable: cannot be told without effect; each run proves it on one node
      ok      last run         4 nodes can prove how runs end
      ok      Puppet           7.23.0 on 4 nodes
      note    cached catalogs  Whether nodes fall back to a cached catalog when the new one does not compile cannot be seen from here
                               Hint: Set usecacheonfailure = false on the nodes to have such runs fail by themselves; a run of ours reads it from their logs in any case.

      10 ok, 0 not ok, 2 worth knowing
      "
    `)
    expect(io.exitCode()).toBe(0)
    expect(changesOf(fleet)).toEqual([])
  })

  it('tells what is wrong with nodes, once for all that are alike, and what to do', async () => {
    const { openSession } = world({
      scenario: {
        fleet: FLEET,
        nodes: {
          'dev1.example.net': [{ fault: 'denied', actions: ['disable', 'runonce'] }],
          'dev2.example.net': [{ fault: 'clock-offset', seconds: -300 }],
          'dev3.example.net': [{ fault: 'silent' }],
          'dev4.example.net': [{ fault: 'unreadable-logs' }],
        },
      },
    })
    const io = await runCommand(Doctor, [], { openSession })
    expect(io.out()).toMatchInlineSnapshot(`
      "ok      transport        a simulated fleet, as was asked for
      ok      caller           nodes know us as choria=simulator.mcollective
      ok      ping             4 nodes answered, the first after 2000 ms
      ok      catalog          file: environment production, 2 applications on 4 nodes
      ok      site             all 4 nodes of the site answered the ping
      ok      status           3 of 4 nodes say how they are
      NOT OK  status           dev3.example.net: The node did not reply
                               Hint: Check choria-server and its log on the node, that the puppet agent plugin is installed, that the clocks agree and that the node is not overloaded
      ok      clocks           2 nodes within 2 s of ours
      NOT OK  clocks           dev2.example.net is 4 min 59 s behind
                               Hint: Set the clocks by NTP, here and there: servers drop, without an answer, what was signed more than its time to live ago (30 s for changes) by their own clock.
      ok      permission       disable, runonce: allowed on 2 nodes
      NOT OK  permission       disable, runonce: denied on dev1.example.net
                               Hint: On the nodes, add this line (tabs between its columns) to policies/puppet.policy beside server.conf, or its like to mcollective_agent_puppet::policies in Hiera:
                                 allow	choria=simulator.mcollective	status last_run_summary disable enable runonce	*	*
      note    permission       enable: cannot be told without effect; each run proves it on one node
      NOT OK  last run         dev4.example.net: What the node records of its runs does not prove them: the log of its last run: it cannot be read (node-agent-error)
                               Hint: Needed are report = true, English logs of level notice, and a plugin that can read the report: 2.5.0 on Puppet 8. Or run with --accept-unverified
      ok      last run         2 nodes can prove how runs end
      ok      Puppet           7.23.0 on 3 nodes
      note    cached catalogs  Whether nodes fall back to a cached catalog when the new one does not compile cannot be seen from here
                               Hint: Set usecacheonfailure = false on the nodes to have such runs fail by themselves; a run of ours reads it from their logs in any case.

      10 ok, 4 not ok, 2 worth knowing
      "
    `)
    expect(io.exitCode()).toBe(1)
  })

  it('goes on where the graph cannot be read', async () => {
    const { openSession } = world({ scenario: { fleet: FLEET } }, () => ({
      openCatalog: () => {
        const definition = { title: 'Gone', hint: 'Look.', exit: 1 } as const
        throw new CodedError('test-gone', definition, {
          message: 'The graph is gone',
          place: 'x:1',
        })
      },
    }))
    const io = await runCommand(Doctor, [], { openSession })
    expect(told(io.out())).toContain('NOT OK catalog The graph is gone')
    expect(io.out()).toContain('at x:1\n')
    expect(told(io.out())).toContain('ok status 4 of 4 nodes say how they are')
    expect(io.exitCode()).toBe(1)
  })

  it('tells what the transport finds, and asks no nodes where it cannot be opened', async () => {
    const definition = { title: 'No', hint: 'Enroll.', exit: 1 } as const
    const error = new CodedError('test-no', definition, { message: 'There is no certificate' })
    const found: Check = {
      subject: 'certificate',
      state: 'not-ok',
      message: error.message,
      hint: 'Enroll.',
    }
    const different = (checks: readonly Check[]) => (): Partial<Session> => ({
      simulated: false,
      hasCatalog: false,
      examine: (kind) => Promise.resolve(kind === 'transport' ? stream(checks) : undefined),
      openTransport: () => Promise.reject(error),
    })
    const io = await runCommand(Doctor, [], world({}, different([found])))
    expect(told(io.out())).toEqual([
      'NOT OK certificate There is no certificate',
      'note nodes Not asked, as they cannot be reached',
      'note catalog Nothing says where the graph comes from',
      '0 ok, 1 not ok, 2 worth knowing',
    ])
    const unforeseen = await runCommand(Doctor, [], world({}, different([])))
    expect(told(unforeseen.out())[0]).toBe('NOT OK transport There is no certificate')
    expect(unforeseen.exitCode()).toBe(1)
  })

  it('says once what is wrong with the servers of the graph', async () => {
    const refusal = { message: 'No PuppetDB could be reached' }
    const error = new CodedError('puppet-unreachable', { title: '', hint: 'See', exit: 1 }, refusal)
    const { code, hint, message } = error
    const found: Check = { subject: 'PuppetDB', state: 'not-ok', message, hint, code }
    const different = (checks: readonly Check[]) => (): Partial<Session> => ({
      examine: (kind) => Promise.resolve(kind === 'catalog' ? stream(checks) : undefined),
      openCatalog: () => Promise.reject(error),
    })
    const about = async (checks: readonly Check[]): Promise<readonly string[]> => {
      const io = await runCommand(Doctor, [], world({}, different(checks)))
      return told(io.out()).filter((line) => /PuppetDB|catalog/.test(line))
    }
    expect(await about([found])).toEqual([
      'NOT OK PuppetDB No PuppetDB could be reached',
      'note catalog The graph was not read, for the reason above',
    ])
    expect(await about([])).toEqual(['NOT OK catalog No PuppetDB could be reached'])
  })

  it('looks at the nodes that are named, or at some of many', async () => {
    const fleet = Array.from({ length: 30 }, (_, at) => `n${at + 10}`)
    const siteless = world({ scenario: { fleet } }, () => ({ hasCatalog: false }))
    const some = await runCommand(Doctor, [], siteless)
    expect(told(some.out())).toContain('note nodes 20 of 30 are looked at')
    const named = await runCommand(Doctor, ['-I', 'n11', '-I', 'n39'], siteless)
    expect(told(named.out())).toContain('ok status 2 of 2 nodes say how they are')
  })

  it('says that a simulation is one', async () => {
    const { openSession } = world({}, () => ({ simulated: 'default', hasCatalog: false }))
    const io = await runCommand(Doctor, [], { openSession })
    expect(io.out()).toContain('a simulated fleet, as no Choria configuration was found')
    expect(io.exitCode()).toBe(0)
  })

  it('prints one JSON value under --json', async () => {
    const { openSession } = world({ scenario: { fleet: FLEET } })
    const io = await runCommand(Doctor, ['--json'], { openSession })
    const { checks, ...rest } = JSON.parse(io.out()) as { checks: Check[] }
    expect(rest).toEqual({ schema: 'choirmaster.doctor/1', ok: true })
    expect(checks[0]).toEqual({
      ...{ subject: 'transport', state: 'ok', message: 'a simulated fleet, as was asked for' },
    })
  })
})

describe('versions of the puppet agent', () => {
  const inventory = (version: string): object => ({
    agents: [{ agent: 'rpcutil' }, { agent: 'puppet', version }],
  })
  /** The world's transport, with servers that have the agent rpcutil too. */
  const withRpcutil =
    (answers: readonly Answer[]) =>
    (session: Session): Partial<Session> => ({
      simulated: false,
      openTransport: async () => {
        const real = await session.openTransport()
        const transport: Transport = {
          ...real,
          request: (request, call) =>
            request.agent === 'rpcutil' ? replies(answers) : real.request(request, call),
        }
        return transport
      },
    })
  const replies = async function* (answers: readonly Answer[]): AsyncGenerator<Answer> {
    yield* await Promise.resolve(answers)
  }
  const reply = (node: string, code: number, text: string, data: object): Answer => ({
    ...{ node, kind: 'reply', code, text, data: data as never },
  })

  const DENIED = (node: string): Answer =>
    reply(node, 1, 'You are not authorized to call this agent or action', {})

  it('are told where we may ask', async () => {
    const answers = [
      reply('dev1.example.net', 0, 'OK', inventory('2.5.0')),
      reply('dev2.example.net', 0, 'OK', inventory('2.5.0')),
      reply('dev3.example.net', 0, 'OK', inventory('1.9.1')),
      DENIED('dev4.example.net'),
    ]
    const io = await runCommand(
      Doctor,
      [],
      world({ scenario: { fleet: FLEET } }, withRpcutil(answers)),
    )
    expect(told(io.out()).filter((line) => line.includes(' agent '))).toEqual([
      'NOT OK agent puppet 1.9.1 on 1 node: dev3.example.net',
      'ok agent puppet 2.5.0 on 2 nodes',
      'note agent The version on dev4.example.net is not known: we may not ask (rpcutil agent_inventory)',
    ])
  })

  it('that cannot be asked for keep nothing back of what was found', async () => {
    const definition = { title: 'Down', hint: 'Wait.', exit: 1 } as const
    const error = new CodedError('test-down', definition, { message: 'The broker is away' })
    const failing = async function* (): AsyncGenerator<Answer> {
      yield* await Promise.reject<Answer[]>(error)
    }
    const different = (session: Session): Partial<Session> => ({
      simulated: false,
      openTransport: async () => {
        const real = await session.openTransport()
        const request: Transport['request'] = (request, call) =>
          request.agent === 'rpcutil' ? failing() : real.request(request, call)
        return { ...real, request }
      },
    })
    const { openSession } = world({ scenario: { fleet: FLEET } }, different)
    const io = await runCommand(Doctor, ['--json'], { openSession })
    const { checks } = JSON.parse(io.out()) as { checks: Check[] }
    const found = checks.map(({ subject, state }) => `${subject} ${state}`)
    expect(found).toEqual(expect.arrayContaining(['status ok', 'clocks ok']))
    expect(checks.at(-1)).toMatchObject({ subject: 'nodes', state: 'not-ok', code: 'test-down' })
  })

  it('tell why nodes are silent that are connected: no plugin, a clock far off, or too slow', async () => {
    const silent = { fault: 'silent' } as const
    const scenario = {
      fleet: FLEET,
      nodes: Object.fromEntries(FLEET.map((node) => [node, [silent]])),
    }
    const asked: RpcRequest[] = []
    const different = (session: Session): Partial<Session> => ({
      simulated: false,
      openTransport: async () => {
        const real = await session.openTransport()
        const request: Transport['request'] = (request, call) => {
          if (request.agent !== 'rpcutil') return real.request(request, call)
          asked.push(request)
          const pong = (node: string): number =>
            Math.floor(session.clock.now() / 1000) - (node.startsWith('dev3') ? 7_200 : 0)
          const data = (node: string): object =>
            request.action === 'ping'
              ? { pong: pong(node) }
              : node.startsWith('dev2')
                ? { agents: [{ agent: 'rpcutil' }] }
                : inventory('2.5.0')
          return replies(
            request.nodes.map((node) =>
              node.startsWith('dev1') ? DENIED(node) : reply(node, 0, 'OK', data(node)),
            ),
          )
        }
        return { ...real, request }
      },
    })
    const io = await runCommand(Doctor, [], world({ scenario }, different))
    const lines = told(io.out()).filter((line) => / (clocks|agent) /.test(line))
    expect(lines).toEqual([
      'NOT OK clocks dev3.example.net is 1 h 59 min behind',
      'NOT OK agent dev2.example.net: there is no puppet agent plugin',
      'note agent dev1.example.net: the server answers, and we may not ask it whether it has the puppet agent (rpcutil agent_inventory)',
      'NOT OK agent dev4.example.net: the puppet agent is there and does not answer',
    ])
    expect(asked.slice(0, 2)).toMatchObject([
      { action: 'ping', nodes: FLEET, anyClock: true, changes: false },
      { action: 'agent_inventory', nodes: FLEET, anyClock: true, changes: false },
    ])
  })
})

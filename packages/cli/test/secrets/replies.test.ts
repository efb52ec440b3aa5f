import { createPuppetAgent } from '@choirmaster/agent-puppet'
import type { Answer, Json, Transport } from '@choirmaster/core'
import { memoryStore } from '@choirmaster/core/testing'
import type { Scenario } from '@choirmaster/simulator'
import { describe, expect, it } from 'vitest'
import Run from '../../src/commands/run.js'
import Show from '../../src/commands/show.js'
import Status from '../../src/commands/status.js'
import type { OpenSession } from '../../src/session.js'
import { fakeWorld } from '../fake-session.js'
import { LAMP } from '../lamp.js'
import { runCommand } from '../run-command.js'
import { secretsIn } from './search.js'

/** What a catalog holds, or a resource prints, and a node's replies may tell. */
const SECRETS = {
  'a value in a line of the log': 'line-Rw5xPc8vTn1',
  'a value in a title': 'title-Ob2kHy7sMe4',
  'a value of a field that nobody asked for': 'field-Gd9jZq3uLf6',
  'a value marked Sensitive': 'sensitive-Ai7wVm1tCk8',
  'a value in the text of a good reply': 'text-Nx4eJb6pSr2',
}

/** @param more a line of the log besides */
function talkative(transport: Transport, more: readonly string[]): Transport {
  return {
    ...transport,
    async *request(request, call) {
      for await (const answer of transport.request(request, call)) yield withSecrets(answer, more)
    },
  }
}

function withSecrets(answer: Answer, more: readonly string[]): Answer {
  if (answer.kind !== 'reply' || answer.code !== 0) return answer
  const data = answer.data as Readonly<Record<string, Json>>
  const logs = data['logs']
  return {
    ...answer,
    text: SECRETS['a value in the text of a good reply'],
    data: {
      ...data,
      more: SECRETS['a value of a field that nobody asked for'],
      password: { __ptype: 'Sensitive', __pvalue: SECRETS['a value marked Sensitive'] },
      ...(Array.isArray(logs) && {
        logs: [...(logs as Json[]), ...lines((logs as Json[])[0], more)],
      }),
    },
  }
}

/** Lines of each kind that the verdict reads something from, with secrets in them. */
function lines(like: Json | undefined, more: readonly string[]): Json[] {
  const { time } = (like ?? { time: 0 }) as { time: Json }
  const { 'a value in a line of the log': value, 'a value in a title': title } = SECRETS
  const exec = `/Stage[main]/Main/Exec[psql --password=${title}]/returns`
  return [
    { level: 'err', source: exec, msg: `'psql --password=${title}' returned 1: ${value}`, time },
    { level: 'notice', source: exec, msg: `current_value '${value}', should be 'x' (noop)`, time },
    ...more.map((text) => ({ level: 'err', source: 'Puppet', msg: `${text}: ${value}`, time })),
    { level: 'err', source: 'Facter', msg: `error while resolving ${value}`, time },
    { level: 'warning', source: '/Stage[main]/Main/File[/x]', msg: value, time },
  ]
}

describe.each([
  ['succeeds', {}, [], []],
  [
    'ends in a failure that only the log tells of',
    {},
    [],
    ['Could not run command from postrun_command'],
  ],
  ['fails', { nodes: { 'dev2.example.net': [{ fault: 'failed-resources' }] } }, [], []],
  [
    'does not compile',
    { nodes: { 'dev2.example.net': [{ fault: 'compile-failure' }] } },
    [],
    ['Could not retrieve catalog from remote server'],
  ],
  ['pretends', {}, ['--noop'], []],
] as [string, Scenario, string[], string[]][])('of a run that %s', (_, scenario, flags, more) => {
  it('nothing that a reply tells of values is printed or kept (S12)', async () => {
    const store = memoryStore()
    const { openSession, fleet } = fakeWorld({ environment: LAMP, store, scenario })
    const transport = talkative(fleet.transport, more)
    const open: OpenSession = async (...asked) => ({
      ...(await openSession(...asked)),
      openTransport: () => Promise.resolve(transport),
      openAgent: () => Promise.resolve(createPuppetAgent(transport)),
    })
    const printed: string[] = []
    for (const json of [[], ['--json']]) {
      for (const [one, ...argv] of [
        [Run, '--yes', ...flags],
        [Show, 'last'],
        [Show, 'last', '--events'],
        [Show, 'last', '--follow'],
        [Status, '-I', 'dev1.example.net'],
      ] as [Parameters<typeof runCommand>[0], ...string[]][]) {
        const env = { DEBUG: '*' }
        const io = await runCommand(one, [...argv, ...json], { openSession: open, env })
        printed.push(io.out(), io.err())
      }
    }
    for await (const { run } of store.list({ signal: new AbortController().signal }))
      printed.push(JSON.stringify(store.events(run)))
    const all = printed.join('\n')
    // The lines were read, and what they come to is told.
    expect(all).toContain(flags.length > 0 ? 'Exec[#' : 'error line in the log from resources')
    expect(all).toMatch(more.length > 0 ? /: failed: |failed in/ : /proven|changed/)
    expect(secretsIn(all, SECRETS)).toEqual([])
  })
})

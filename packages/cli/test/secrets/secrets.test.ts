import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import Config from '../../src/commands/config.js'
import Doctor from '../../src/commands/doctor.js'
import Enable from '../../src/commands/enable.js'
import Ping from '../../src/commands/ping.js'
import Plan from '../../src/commands/plan.js'
import Req from '../../src/commands/req.js'
import Resume from '../../src/commands/resume.js'
import Run from '../../src/commands/run.js'
import Runs from '../../src/commands/runs.js'
import Show from '../../src/commands/show.js'
import Simulate from '../../src/commands/simulate.js'
import Status from '../../src/commands/status.js'
import Unlock from '../../src/commands/unlock.js'
import { runCommand } from '../run-command.js'
import { filesBelow, secretsIn } from './search.js'

/** One for each place that takes a secret, each unlike anything else. */
const SECRETS = {
  'an option marked writeOnly': 'pin-Zq7vTw4xKd9',
  'an option within an object': 'code-Hm3sYb8nRf2',
  'an option of that name': 'word-Jc6gPl1eUa5',
  'an option of --set': 'set-Vn9kXo2iQt7',
  'the password of a URL': 'url-Wd4rMz6hBs3',
  'a password in a list': 'list-Gy8fLe5jCu1',
  "a password of Choria's configuration": 'conf-Tk2pNa7vOx4',
  "the shared key of Choria's configuration": 'psk-Ei5bSw9qDr6',
  'the password of a broker': 'nats-Fu1cKh3zYm8',
  'the private key': 'MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAq7BFUpkGp3',
  'a token': 'eyJhbGciOiJFZERTQSJ9.eyJwdXJwb3NlIjoiY2hvcmlhX2NsaWVudF9pZCJ9.c2lnbmVk',
  'the seed of a token': '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
}
const of = (name: keyof typeof SECRETS): string => SECRETS[name]

const SITE = JSON.stringify({
  environment: 'production',
  applications: {
    'Lamp[app1]': {
      'Lamp::Db[db]': { node: 'dev1.example.net', produces: ['Sql[db]'] },
      'Lamp::Web[web]': { node: 'dev2.example.net', consumes: ['Sql[db]'] },
    },
  },
})

/** A source that cannot do without each of its secrets. */
const PLUGIN = `
const right = ({ pin, auth, password, url, more, token }) =>
  JSON.stringify([pin, auth?.code, password, url, more?.[0], token]) === process.env.CHOIRMASTER_TEST_SECRETS
export default { contract: 1, name: 'P', providers: [{ kind: 'catalog', name: 'cmdb', summary: 'A source',
  options: { json: { type: 'object', properties: {
    pin: { type: 'string', writeOnly: true },
    auth: { type: 'object', properties: { code: { writeOnly: true } } } } } },
  open: (options) => {
    if (!right(options)) throw Object.assign(new Error('the source has no access'), { options })
    return { environment: () => (${SITE}) }
  } }] }
`
const URL_OF_ALL = `https://ann:${of('the password of a URL')}@cmdb.example.net/`
const LISTED = `https://ann:${of('a password in a list')}@cmdb.example.net/`
const CONFIG = `plugins: [./p.mjs]
catalog:
  use: cmdb
  pin: ${of('an option marked writeOnly')}
  auth: { code: ${of('an option within an object')} }
  password: ${of('an option of that name')}
  url: ${URL_OF_ALL}
  more: ['${LISTED}']
transport: { use: simulator, state: fleet.json, log: fleet.ndjson }
store: { use: file, dir: state }
`
const SET = ['--set', `catalog.token=${of('an option of --set')}`]
const CHORIA = `plugin.choria.middleware_hosts = 127.0.0.1:1
plugin.psk = ${of("the shared key of Choria's configuration")}
`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  process.env['CHOIRMASTER_TEST_SECRETS'] = JSON.stringify([
    of('an option marked writeOnly'),
    of('an option within an object'),
    of('an option of that name'),
    URL_OF_ALL,
    LISTED,
    of('an option of --set'),
  ])
})
afterEach(async () => {
  delete process.env['CHOIRMASTER_TEST_SECRETS']
  await rm(folder, { recursive: true })
})

type Command = Parameters<typeof runCommand>[0]

/** What was printed so far, by command line. */
const printed = new Map<string, string>()
beforeEach(() => printed.clear())

/** Runs a command with all that is told for debugging; returns its exit code. */
async function command(one: Command, ...argv: string[]): Promise<number | undefined> {
  const io = await runCommand(one, argv, { cwd: folder, env: { DEBUG: '*' } })
  // The command line holds one itself.
  const line = argv.filter((word) => !SET.includes(word)).join(' ')
  printed.set(`${printed.size}: ${one.name} ${line}`, `${io.out()}\n${io.err()}`)
  return io.exitCode()
}

/** Secrets in all that was printed and, but for what the test itself wrote, in all files. @returns where which one is */
async function leaks(inputs: readonly string[]): Promise<readonly string[]> {
  const files = [...(await filesBelow(folder))]
    .map(([path, text]) => [path.slice(folder.length + 1), text] as const)
    .filter(([name]) => !inputs.includes(name))
  return [...printed, ...files].flatMap(([where, text]) =>
    secretsIn(text, SECRETS).map((name) => `${name}: ${where}`),
  )
}

async function write(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return Object.keys(files)
}

/** As if the process had been killed before its last record. */
async function cutJournal(): Promise<void> {
  const [name = ''] = (await readdir(join(folder, 'state/runs'))).sort().reverse()
  const file = join(folder, 'state/runs', name)
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  const from = lines.findIndex((line) => line.includes('"purpose":"release"'))
  await writeFile(file, `${lines.slice(0, from).join('\n')}\n`)
}

it('are in nothing that is printed or written of runs that succeed, fail and are killed (S12)', async () => {
  const inputs = await write({
    'p.mjs': PLUGIN,
    'choirmaster.yaml': CONFIG,
    'faults.yaml':
      'schema: choirmaster.scenario/1\nnodes: { dev2.example.net: [{ fault: failed-resources }] }',
  })
  const failing = ['--set', 'transport.scenario=./faults.yaml']
  for (const json of [[], ['--json']]) {
    expect(await command(Config, ...SET, ...json)).toBeUndefined()
    expect(await command(Plan, ...SET, ...json)).toBeUndefined()
    expect(await command(Plan, ...SET, '--out', 'plan.json', ...json)).toBe(1)
    expect(await command(Run, ...SET, '--yes', ...json)).toBe(0)
    await command(Run, ...SET, '--yes', ...json)
    await cutJournal()
    // A source that is not told its secret again cannot be read, and the journal does not know it.
    expect(await command(Resume, 'last', '--yes', ...json)).toBe(1)
    expect(await command(Resume, ...SET, 'last', '--yes', ...json)).toBe(0)
    await rm(join(folder, 'fleet.json'))
    expect(await command(Run, ...SET, ...failing, '--yes', ...json)).toBe(7)
    for (const how of [[], ['--events'], ['--follow']]) await command(Show, 'last', ...how, ...json)
    await command(Enable, '--run', 'last', '--yes', ...json)
    await command(Runs, ...json)
    await command(Unlock, 'last', '--yes', ...json)
    await command(Doctor, ...SET, ...json)
    await command(Status, ...SET, ...json)
    await command(Simulate, ...SET, ...json)
    await command(Ping, ...json)
    await command(Req, 'puppet', 'status', '-I', 'dev1.example.net', ...json)
    await rm(join(folder, 'fleet.json'))
  }
  expect(await leaks(inputs)).toEqual([])
  const files = await filesBelow(join(folder, 'state'))
  expect([...files.values()].join('')).toContain('"provider":"cmdb"')
})

describe('are in no error', () => {
  it.each([
    [
      'a source that refuses them',
      CONFIG.replace(/pin: .*/, 'pin: wrong'),
      'the source has no access',
    ],
    ['an option of a wrong type', CONFIG.replace(/pin: (.*)/, 'pin: [$1]'), 'must be'],
    ['a file that is broken after them', `${CONFIG}  x: [\n`, 'choirmaster.yaml'],
    [
      'a file that is broken where they are',
      CONFIG.replace(/pin: (.*)/, 'pin: "$1'),
      'choirmaster.yaml',
    ],
    ['a source that is not there', CONFIG.replace('use: cmdb', 'use: cmbd'), 'cmbd'],
    [
      'Puppet Server at an address with one',
      `catalog: { use: puppet, url: '${URL_OF_ALL}' }\n`,
      'url',
    ],
    [
      'PuppetDB at an address with one',
      `catalog: { use: puppetdb, url: '${URL_OF_ALL}' }\n`,
      'url',
    ],
  ])('of %s', async (_, config, expected) => {
    const inputs = await write({ 'p.mjs': PLUGIN, 'choirmaster.yaml': config })
    const set = config.includes('plugins') ? SET : []
    for (const json of [[], ['--json']]) {
      for (const one of [Plan, Run, Doctor, Config]) {
        const yes = one === Run ? ['--yes'] : []
        await command(one, ...set, ...yes, ...json)
      }
    }
    expect([...printed.values()].join('\n')).toContain(expected)
    expect(await leaks(inputs)).toEqual([])
  })

  const V1 = `plugin.security.provider = file
plugin.security.file.certificate = deploy.pem
plugin.security.file.key = deploy.key
plugin.security.file.ca = ca.pem
`
  const V2 = `plugin.security.provider = choria
plugin.security.choria.token_file = ann.jwt
plugin.security.choria.seed_file = ann.seed
plugin.security.choria.ca = ca.pem
`
  it.each([
    ['a certificate', V1],
    ['a token', V2],
    [
      'a broker that is named with a password',
      `${V1}plugin.choria.middleware_hosts = nats://ann:${of('the password of a broker')}@127.0.0.1:1\n`,
    ],
    ['a password', `${V1}plugin.nats.pass = ${of("a password of Choria's configuration")}\n`],
  ])('of an operator with %s that cannot be used', async (_, identity) => {
    const absolute = identity.replace(/= (\S+\.(?:pem|key|jwt|seed))$/gm, `= ${folder}/$1`)
    const fixture = (name: string) =>
      readFile(new URL(`../../../simulator/test/fixtures/tls/${name}`, import.meta.url), 'utf8')
    const key = `-----BEGIN PRIVATE KEY-----\n${of('the private key')}\n-----END PRIVATE KEY-----\n`
    const inputs = await write({
      'deploy.pem': await fixture('deploy.pem'),
      'deploy.key': key,
      'ca.pem': await fixture('ca.pem'),
      'ann.jwt': of('a token'),
      'ann.seed': of('the seed of a token'),
      'client.conf': CHORIA + absolute,
      'site.yaml': SITE,
      'choirmaster.yaml': `catalog: { use: file, path: site.yaml }
transport: { use: nats, choriaConfig: client.conf, certname: deploy.mcollective }
store: { use: nats, choriaConfig: client.conf, certname: deploy.mcollective }
`,
    })
    for (const json of [[], ['--json']]) {
      for (const [one, ...argv] of [
        [Config],
        [Doctor],
        [Ping],
        [Runs],
        [Status],
        [Run, '--yes'],
        [Show, 'last', '--follow'],
        [Req, 'puppet', 'status', '-I', 'dev1.example.net'],
      ] as [Command, ...string[]][]) {
        await command(one, ...argv, ...json)
      }
    }
    expect([...printed.values()].join('\n')).toContain(folder)
    expect(await leaks(inputs)).toEqual([])
  })
})

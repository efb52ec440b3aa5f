import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readArguments, USAGE } from './arguments.js'
import { errorLines } from './main.js'

const TLS = fileURLToPath(new URL('../../test/fixtures/tls/', import.meta.url))
const V1 = ['--broker', 'nats://localhost:4222', '--ca', `${TLS}ca.pem`]

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'choirmaster-fleet-'))
})
afterEach(() => rm(folder, { recursive: true }))

const read = (...args: readonly string[]) => readArguments(args)
const write = (name: string, text: string) => writeFile(join(folder, name), text)

it('a number of nodes, with names of their own', async () => {
  const options = await read(...V1, '--nodes', '3')
  expect(options).toMatchObject({
    broker: ['nats://localhost:4222'],
    nodes: ['node1.example.net', 'node2.example.net', 'node3.example.net'],
    security: { protocol: 'v1', callersCa: expect.stringContaining('BEGIN CERTIFICATE') },
  })
  expect(options).not.toHaveProperty('tls')
})

it('names, a file of names, or the fleet of the scenario', async () => {
  await write('names', 'a.example.net\n\nb.example.net\n')
  await write('s.yaml', 'schema: choirmaster.scenario/1\nseed: 7\nfleet: [c.example.net]\n')
  expect(await read(...V1, '--nodes', 'x, y')).toMatchObject({ nodes: ['x', 'y'] })
  expect(await read(...V1, '--nodes', `@${join(folder, 'names')}`)).toMatchObject({
    nodes: ['a.example.net', 'b.example.net'],
  })
  expect(await read(...V1, '--scenario', join(folder, 's.yaml'))).toMatchObject({
    nodes: ['c.example.net'],
    scenario: { seed: 7 },
  })
})

it('TLS where there is a certificate, or the address asks for it', async () => {
  const files = ['--cert', `${TLS}broker.pem`, '--key', `${TLS}broker.key`]
  expect(await read(...V1, ...files, '--nodes', '1')).toMatchObject({
    tls: { ca: expect.any(String), certificate: expect.any(String), key: expect.any(String) },
  })
  const options = await read('--broker', 'tls://x:1', '--ca', `${TLS}ca.pem`, '--nodes', '1')
  expect(Object.keys(options?.tls ?? {})).toEqual(['ca'])
})

it('v2, a seed, and time that runs faster', async () => {
  await write('issuer.seed', '11'.repeat(32))
  const options = await read(
    ...['--broker', 'nats://a:1, nats://b:2', '--nodes', '1', '--protocol', 'v2'],
    ...['--issuer-seed', join(folder, 'issuer.seed'), '--collective', 'prod'],
    ...['--seed', '5', '--speed', '1000'],
  )
  expect(options).toMatchObject({
    broker: ['nats://a:1', 'nats://b:2'],
    security: { protocol: 'v2', issuerSeed: '11'.repeat(32) },
    ...{ collective: 'prod', seed: 5 },
  })
  const before = options?.clock?.now() ?? 0
  const real = performance.now()
  while (performance.now() - real < 5);
  expect((options?.clock?.now() ?? 0) - before).toBeGreaterThanOrEqual(4_000)
})

it('writes the log where it is told to', async () => {
  const log = join(folder, 'fleet.ndjson')
  const options = await read(...V1, '--nodes', '1', '--log', log)
  options?.log?.write({ at: 0, node: 'a', what: 'up' })
  options?.log?.close()
  expect(await readFile(log, 'utf8')).toBe('{"at":0,"node":"a","what":"up"}\n')
})

it('help names every option', async () => {
  expect(await read('--help')).toBeUndefined()
  for (const option of ['broker', 'nodes', 'protocol', 'ca', 'cert', 'key', 'issuer-seed']) {
    expect(USAGE).toContain(`--${option} `)
  }
})

it.each<[string, readonly string[], RegExp]>([
  ['no broker', ['--nodes', '1'], /^--broker: Say which broker/],
  ['no nodes', V1, /^--nodes: Say which nodes/],
  ['no CA with v1', ['--broker', 'x', '--nodes', '1'], /^--ca: v1 needs/],
  ['no CA with TLS', ['--broker', 'tls://x', '--nodes', '1', '--protocol', 'v2'], /^--ca: TLS/],
  ['a certificate without key', [...V1, '--nodes', '1', '--cert', 'x'], /^--cert: .* together/],
  ['no seed with v2', ['--broker', 'x', '--nodes', '1', '--protocol', 'v2'], /^--issuer-seed/],
  ['another protocol', [...V1, '--nodes', '1', '--protocol', 'v3'], /no protocol v3/],
  ['a file that is not there', [...V1.slice(0, 2), '--nodes', '1', '--ca', 'no'], /^--ca: Cannot/],
  ['a seed that is none', [...V1, '--nodes', '1', '--seed', 'x'], /^--seed: x is no number/],
  ['an unknown option', ['--fast'], /--fast/],
  ['a log that cannot be', [...V1, '--nodes', '1', '--log', '/no/x'], /^--log: Cannot write/],
])('refused: %s', async (_name, args, message) => {
  const error: unknown = await read(...args).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'simulator-broker-unusable' })
  expect(errorLines(error)).toMatch(message)
})

it('refused: a scenario that speaks of nodes that are not there', async () => {
  await write('s.yaml', 'schema: choirmaster.scenario/1\nnodes: { db1: [{ fault: silent }] }\n')
  await expect(
    read(...V1, '--nodes', '2', '--scenario', join(folder, 's.yaml')),
  ).rejects.toMatchObject({
    code: 'scenario-unknown-node',
  })
})

import { execFileSync } from 'node:child_process'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Transport } from '@choirmaster/core'
import { systemClock } from '@choirmaster/core/system'
import { createProber } from './probe.js'

const transport = {} as Transport
const prober = createProber(systemClock(), transport)
const call = (timeoutMs = 20_000) => ({ signal: new AbortController().signal, timeoutMs })
const node = process.execPath

const servers: ReturnType<typeof createServer>[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(): Promise<number> {
  const server = createServer((socket) => socket.end())
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

it('a port that takes connections passes', async () => {
  const tcp = await listen()
  expect(await prober('127.0.0.1', { tcp }, call())).toEqual({ passed: true, message: 'connected' })
})

it('a port that nobody listens on does not', async () => {
  const tcp = await listen()
  await new Promise((resolve) => servers.pop()?.close(resolve))
  expect(await prober('127.0.0.1', { tcp }, call())).toEqual({
    passed: false,
    message: 'ECONNREFUSED',
  })
})

it('ports are connected to as the transport says', async () => {
  const asked: unknown[] = []
  const own = createProber(systemClock(), {
    connect: async (name: string, port: number) => void asked.push([name, port]),
  } as unknown as Transport)
  expect(await own('db', { tcp: 3306 }, call())).toMatchObject({ passed: true })
  expect(asked).toEqual([['db', 3306]])
})

it.each([
  ["process.exit(process.argv[1] === 'db1' ? 0 : 9)", true, 'exit status 0'],
  ['console.log("s3cret"); process.exit(3)', false, 'exit status 3'],
])('a program, with the node in its arguments: %s', async (code, passed, message) => {
  const command = [node, '-e', code, '{node}']
  expect(await prober('db1', { command }, call())).toEqual({ passed, message })
})

it('a program goes through no shell', async () => {
  const command = [
    node,
    '-e',
    'process.exit(process.argv.length === 2 ? 0 : 1)',
    '$(touch x); {node}',
  ]
  expect(await prober('db1', { command }, call())).toMatchObject({ passed: true })
})

it('a program that hangs is killed when its time is up', async () => {
  const command = [node, '-e', 'setInterval(() => {}, 1000)']
  expect(await prober('db1', { command }, call(300))).toEqual({
    passed: false,
    message: 'killed by SIGKILL',
  })
})

it.skipIf(process.platform === 'win32')(
  'a program that hangs is killed with what it started',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'probe-'))
    const pipe = join(folder, 'pipe')
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0" "$1"', pipe, `${pipe}2`])
    // The inner shell keeps the pipe open for writing as long as it lives, and reads what never comes.
    const inner = 'exec 3>"$1"; echo >&3; read never <>"$2"; true'
    const command = ['/bin/sh', '-c', 'sh -c "$0" x "$1" "$2"; true', inner, pipe, `${pipe}2`]
    const over = new AbortController()
    const probing = prober('db1', { command }, { ...call(), signal: over.signal })
    const handle = await open(pipe, 'r')
    await handle.read(Buffer.alloc(1))
    over.abort()
    expect(await probing).toEqual({ passed: false, message: 'killed by SIGKILL' })
    expect(await handle.readFile('utf8')).toBe('')
    await handle.close()
    await rm(folder, { recursive: true })
  },
)

it('a program that is not there is no pass', async () => {
  expect(await prober('db1', { command: ['/nowhere/check'] }, call())).toMatchObject({
    passed: false,
    message: expect.stringMatching(/^cannot be run: .*ENOENT/),
  })
})

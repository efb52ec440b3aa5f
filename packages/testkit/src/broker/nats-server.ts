import { type ChildProcess, spawn } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** What starts a nats-server with a configuration file as its last argument. */
export type NatsProgram = readonly [command: string, ...args: string[]]

/**
 * A stock nats-server: $NATS_SERVER, on the PATH (Debian's package puts it into /usr/sbin), where
 * `go install github.com/nats-io/nats-server/v2@v2.10.29` puts it, or the one that the lab (docs/lab.md) has built.
 * Undefined, with the reason told, where there is none.
 */
export function findNatsServer(): NatsProgram | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    join(process.env['GOPATH'] ?? join(homedir(), 'go'), 'bin'),
  ]
  const named = process.env['NATS_SERVER']
  const candidates = named ? [named] : folders.map((folder) => join(folder, 'nats-server'))
  const stock = candidates.find(isProgram)
  if (stock !== undefined) return [stock, '-c']
  const lab = labPrograms().find(isProgram)
  if (lab !== undefined) return [lab, 'nats']
  process.emitWarning(
    'Tests on a real broker are left out: there is no nats-server, neither $NATS_SERVER nor on the PATH nor from npm run lab:choria',
  )
  return undefined
}

function labPrograms(): readonly string[] {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  const folder = join(cache, 'choirmaster-lab')
  if (!existsSync(folder)) return []
  return readdirSync(folder).map((build) => join(folder, build, 'lab'))
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A broker on this machine. */
export interface NatsServer {
  readonly port: number
  /** A folder that is removed with it. */
  readonly folder: string
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Starts it again on the same port, with what it had on disk. */
  start(): Promise<void>
  remove(): Promise<void>
}

/**
 * Starts a nats-server.
 * @param config lines of its configuration beside the address; gets the folder that is removed with it
 */
export async function natsServer(
  [command, ...args]: NatsProgram,
  config: (folder: string) => string,
): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'choirmaster-broker-'))
  const port = await freePort()
  const file = join(folder, 'nats.conf')
  writeFileSync(file, `listen: 127.0.0.1:${port}\n${config(folder)}\n`)
  let child: ChildProcess | undefined

  const server: NatsServer = {
    ...{ port, folder },
    async start() {
      child = spawn(command, [...args, file], { stdio: 'ignore' })
      await listening(port)
    },
    async kill() {
      const running = child
      child = undefined
      if (running === undefined || running.exitCode !== null) return
      const gone = new Promise((resolve) => running.once('exit', resolve))
      running.kill('SIGKILL')
      await gone
    },
    async remove() {
      await server.kill()
      rmSync(folder, { recursive: true })
    },
  }
  await server.start()
  return server
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/** Resolves when something accepts connections on the port. */
function listening(port: number): Promise<void> {
  return new Promise((resolve) => {
    const attempt = (): void => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve()
      })
      // A refused connection is an answer at once, so this asks as fast as the server starts.
      socket.once('error', () => setImmediate(attempt))
    }
    attempt()
  })
}

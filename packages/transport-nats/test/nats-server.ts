import { spawn, type ChildProcess } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the throwaway certificates; fixtures/make-certificates.sh made them. */
export const TLS = fileURLToPath(new URL('./fixtures/tls/', import.meta.url))

/** What starts a nats-server with a configuration file as its last argument. */
type Program = readonly [command: string, ...args: string[]]

/**
 * A stock nats-server: $NATS_SERVER, on the PATH (Debian's package puts it into /usr/sbin), where
 * `go install github.com/nats-io/nats-server/v2@v2.10.29` puts it, or the one that the lab (docs/lab.md) has built.
 * Undefined where there is none.
 */
export function findNatsServer(): Program | undefined {
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
  return lab === undefined ? undefined : [lab, 'nats']
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

/** A broker of its own on this machine, with mutual TLS. */
export interface NatsServer {
  readonly port: number
  /** Ends it as a crash does. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** Lets it read its configuration anew, with these permissions of the operator. */
  permit(permissions: string): void
  /** Kills it and removes its folder. */
  remove(): Promise<void>
}

/**
 * @param permissions of the operator; absent: everybody may do everything. Users are told by their certificates.
 */
export async function natsServer(
  [command, ...args]: Program,
  permissions?: string,
): Promise<NatsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'choirmaster-nats-'))
  const port = await freePort()
  const config = join(folder, 'nats.conf')
  const files = `cert_file: "${TLS}broker.pem", key_file: "${TLS}broker.key", ca_file: "${TLS}ca.pem"`
  const configure = (allowed: string | undefined): void => {
    const users = `{ user: "deploy.mcollective", permissions: { ${allowed} } }, { user: "localhost" }`
    const lines = [
      `listen: 127.0.0.1:${port}`,
      `tls { ${files}, ${allowed === undefined ? 'verify' : 'verify_and_map'}: true }`,
      ...(allowed === undefined ? [] : [`authorization { users: [${users}] }`]),
    ]
    writeFileSync(config, lines.join('\n'))
  }
  configure(permissions)
  let child: ChildProcess | undefined

  const server: NatsServer = {
    port,
    async start() {
      child = spawn(command, [...args, config], { stdio: 'ignore' })
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
    permit(allowed) {
      configure(allowed)
      child?.kill('SIGHUP')
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

import { isCodedError, type Call, type Check, type Host } from '@choirmaster/core/provide'
import type { Server, Service, System } from '@choirmaster/puppet-identity'
import { openAccess, type Access } from './access.js'
import { authority } from './address.js'
import { askServers, type Answered } from './ask.js'
import { openClient, type Client } from './client.js'
import type { AccessOptions } from './options.js'

/** What a service is asked that costs it nothing. */
export interface Probe {
  readonly service: Service
  /** For people: `Puppet Server`, `PuppetDB`. */
  readonly name: string
  readonly path: string
  readonly accept: 'application/json' | 'text/plain'
  /** What the answer says, a word or two. @throws coded error for one that is not the service's */
  read(answered: Answered, access: Access): string
}

/** Seconds: whoever looks is a person who waits. */
const TIMEOUT = 20

/**
 * Looks at what a source needs that asks servers of Puppet: our certificate, where the servers are found, and each
 * server by itself: a run needs one, but one that is down is told while there is time. Changes nothing.
 */
export async function* examineServers(
  probe: Probe,
  options: AccessOptions,
  host: Host,
  system: System,
  { signal }: Call,
): AsyncGenerator<Check> {
  const { name: subject, service } = probe
  const warnings: string[] = []
  const quiet: Host = { ...host, notice: ({ message }) => void warnings.push(message) }
  let access: Access
  let servers: readonly Server[]
  try {
    access = await openAccess(service, options, TIMEOUT, quiet, system)
    servers = await access.servers()
  } catch (error) {
    yield failed(subject, error)
    return
  }
  yield* lists(subject, access)
  for (const message of warnings.splice(0)) yield { subject: 'SRV records', state: 'note', message }
  yield* found(probe, servers)
  const client = await openClient(access.identity)
  try {
    for (const server of servers)
      yield await examineOne(probe, server, access, client, quiet, signal)
  } finally {
    await client.close()
  }
}

function* lists(subject: string, { identity }: Access): Generator<Check> {
  if (identity.crl.length > 0) return
  yield {
    subject,
    state: 'note',
    message: 'There are no revocation lists: a revoked server would be trusted',
    hint: '`choirmaster enroll` fetches them.',
  }
}

/** Where the servers were found: what nobody chose is worth knowing. */
function* found({ service }: Probe, servers: readonly Server[]): Generator<Check> {
  const [first] = servers
  if (first === undefined) return
  const subject = 'SRV records'
  if (first.origin.startsWith('SRV ')) {
    const all = servers.map((server) => authority(server)).join(', ')
    yield { subject, state: 'ok', message: `${first.origin.slice(4)}: ${all}` }
  } else if (first.origin === 'default') {
    const names = service.srv.map(({ name }) => name).join(', ')
    yield {
      subject,
      state: 'note',
      message: `None of ${names}, and no setting: ${authority(first)} is what is left`,
      hint: `Name the server with the option url, or plugin.choria.${service.name}_host in Choria's configuration.`,
    }
  }
}

async function examineOne(
  probe: Probe,
  server: Server,
  access: Access,
  client: Client,
  host: Host,
  signal: AbortSignal,
): Promise<Check> {
  const { name: subject, path, accept } = probe
  const { identity, timeout } = access
  const started = host.clock.now()
  try {
    const servers = [server]
    const ask = { service: subject, path, accept, servers, client, identity, timeout, host, signal }
    const answered = await askServers(ask)
    const took = host.clock.now() - started
    const says = probe.read(answered, access)
    const message = `${authority(server)} (${server.origin}): ${says}, answered in ${took} ms`
    return { subject, state: 'ok', message }
  } catch (error) {
    signal.throwIfAborted()
    return failed(subject, error)
  }
}

function failed(subject: string, error: unknown): Check {
  if (!isCodedError(error)) throw error
  const { code, message, hint, place } = error
  return { subject, state: 'not-ok', message, hint, code, ...(place !== undefined && { place }) }
}

import type { Random } from '@choirmaster/core/provide'
import { booleanSetting, portSetting } from './choria-config/values.js'
import type { Settings } from './choria-config/parse.js'
import { orderSrvRecords } from './srv.js'
import type { System } from './system.js'

/** One server to try. */
export interface Server {
  readonly host: string
  readonly port: number
  /** Who named it: `file:line`, `SRV _x-puppet._tcp.example.net`, `default`. */
  readonly origin: string
}

/** A service of the Puppet estate and how it is found. */
export interface Service {
  /** Of the settings `plugin.choria.<name>_host` and `_port`. */
  readonly name: string
  /** Where it is advertised; the first name that has records counts. */
  readonly srv: readonly Advertisement[]
  readonly port: number
}

/** An SRV name under which a service is found. */
interface Advertisement {
  /** Without the domain. */
  readonly name: string
  /** In place of the records' ports, where the records are another service's on the same hosts. */
  readonly port?: number
}

export const PUPPET_SERVER: Service = {
  name: 'puppetserver',
  srv: [{ name: '_x-puppet._tcp' }],
  port: 8140,
}

/** The CA signs at Puppet Server unless it is a machine of its own. */
export const PUPPET_CA: Service = {
  name: 'puppetca',
  srv: [{ name: '_x-puppet-ca._tcp' }, { name: '_x-puppet._tcp' }],
  port: 8140,
}

/** The original replaced the port of `_x-puppet-db` records too, and so lost one that was meant. */
export const PUPPETDB: Service = {
  name: 'puppetdb',
  srv: [{ name: '_x-puppet-db._tcp' }, { name: '_x-puppet._tcp', port: 8081 }],
  port: 8081,
}

/** Puppet's own default name for a server. */
const DEFAULT_HOST = 'puppet'

export interface FindServers {
  readonly service: Service
  readonly settings: Settings
  readonly system: System
  readonly random: Random
  /** Told when DNS does not answer; the search goes on. */
  warn(message: string): void
}

function configured({ service, settings }: FindServers): Server | undefined {
  const hostKey = `plugin.choria.${service.name}_host`
  const portKey = `plugin.choria.${service.name}_port`
  const host = settings.get(hostKey)
  const port = portSetting(settings, portKey)
  const named = host ?? settings.get(portKey)
  if (named === undefined) return undefined
  return {
    host: host?.value ?? DEFAULT_HOST,
    port: port ?? service.port,
    origin: named.origin,
  }
}

/**
 * The domain to look SRV records up in: `CHORIA_SRV_DOMAIN`, `plugin.choria.srv_domain`, else this machine's own,
 * from its name or the first search domain of resolv.conf, as facter's `networking.domain` finds it.
 */
async function srvDomain({ settings, system }: FindServers): Promise<string | undefined> {
  const named = system.env['CHORIA_SRV_DOMAIN'] || settings.get('plugin.choria.srv_domain')?.value
  if (named) return named
  const dot = system.hostname.indexOf('.')
  if (dot > 0) return system.hostname.slice(dot + 1)
  const resolver = await system.readFile('/etc/resolv.conf').catch(() => undefined)
  return /^(?:domain|search)[ \t]+(\S+)/m.exec(resolver ?? '')?.[1]?.replace(/\.$/, '')
}

async function advertised(find: FindServers): Promise<readonly Server[]> {
  if (!booleanSetting(find.settings, 'plugin.choria.use_srv', true)) return []
  const domain = await srvDomain(find)
  if (!domain) return []
  for (const { name: service, port: instead } of find.service.srv) {
    const name = `${service}.${domain}`
    try {
      const records = orderSrvRecords(await find.system.srv(name), find.random)
      if (records.length > 0) {
        return records.map(({ name: host, port }) => ({
          host,
          port: instead ?? port,
          origin: `SRV ${name}`,
        }))
      }
    } catch (error) {
      find.warn(`Cannot look up SRV records of ${name}: ${(error as Error).message}`)
    }
  }
  return []
}

/**
 * The servers of a service in the order to try them: what Choria's configuration names, else SRV records, else
 * `puppet` on the service's port. (The original let SRV records win over the configured host.)
 * @throws identity-config-value for a setting that cannot be used.
 */
export async function findServers(find: FindServers): Promise<readonly Server[]> {
  const named = configured(find)
  if (named !== undefined) return [named]
  const found = await advertised(find)
  if (found.length > 0) return found
  return [{ host: DEFAULT_HOST, port: find.service.port, origin: 'default' }]
}

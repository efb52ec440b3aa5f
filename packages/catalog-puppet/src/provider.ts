import type { CatalogSource, Host, Provider } from '@choirmaster/core/provide'
import { examineServers, openAccess, PUPPET_SERVER_PROBE } from '@choirmaster/puppet-client'
import { nodeSystem, PUPPET_SERVER, type System } from '@choirmaster/puppet-identity'
import { askEnvironment } from './environment-api/ask.js'
import { checkName, DEFAULT_ENVIRONMENT } from './environment-name.js'
import { DEFAULT_TIMEOUT, puppetCatalogOptions, type PuppetCatalogOptions } from './options.js'

async function openSource(
  options: PuppetCatalogOptions,
  host: Host,
  system: System,
): Promise<CatalogSource> {
  const access = await openAccess(PUPPET_SERVER, options, DEFAULT_TIMEOUT, host, system)
  return {
    async environment(name, { signal }) {
      const environment = name ?? DEFAULT_ENVIRONMENT
      checkName(environment)
      signal.throwIfAborted()
      const { identity, timeout } = access
      const servers = await access.servers()
      return askEnvironment({ environment, servers, identity, timeout, host, signal })
    },
  }
}

/**
 * The catalog source `puppet`: the environment API of Puppet 4.3 to 6. Opening it reads Choria's configuration and
 * the operator's identity; each `environment` is one request, as the server compiles anew for each.
 */
export function puppetCatalogOf(system: () => System): Provider<'catalog', PuppetCatalogOptions> {
  return {
    kind: 'catalog',
    name: 'puppet',
    summary: 'environment API of Puppet Server, Puppet 4.3 to 6',
    options: puppetCatalogOptions,
    open: (options, host) => openSource(options, host, system()),
    examine: (options, host, call) =>
      examineServers(PUPPET_SERVER_PROBE, options, host, system(), call),
  }
}

export const puppetCatalog = puppetCatalogOf(nodeSystem)

import type { CatalogSource, Environment, Finding, Host, Provider } from '@choirmaster/core/provide'
import { examineServers, openAccess, openSession, PUPPETDB_PROBE } from '@choirmaster/puppet-client'
import { nodeSystem, PUPPETDB, type System } from '@choirmaster/puppet-identity'
import { checkName, DEFAULT_ENVIRONMENT } from '../environment-name.js'
import { compileNow } from '../fresh/compile-now.js'
import {
  DEFAULT_TIMEOUT,
  DEFAULT_TYPE,
  puppetDbCatalogOptions,
  type PuppetDbCatalogOptions,
} from './options.js'
import { readGraph } from './read-graph.js'

async function openSource(
  options: PuppetDbCatalogOptions,
  host: Host,
  system: System,
): Promise<CatalogSource> {
  const access = await openAccess(PUPPETDB, options, DEFAULT_TIMEOUT, host, system)
  const { type = DEFAULT_TYPE, maxAge, exported = [], fresh = false } = options
  let found: ReadonlyMap<string, Finding> = new Map()

  async function read(
    environment: string,
    signal: AbortSignal,
    isFirst: boolean,
  ): Promise<Environment> {
    checkName(environment)
    signal.throwIfAborted()
    const session = await openSession(access, host, signal)
    try {
      return await readGraph({
        ...{ session, environment, type, exported, host },
        tell: isFirst ? (findings) => void (found = findings) : undefined,
        ...(maxAge !== undefined && { maxAge: maxAge * 1000 }),
        ...(isFirst &&
          fresh !== false && {
            compile: (living) => compileNow({ options, environment, host, system, signal }, living),
          }),
      })
    } finally {
      await session.close()
    }
  }
  return {
    environment: (name = DEFAULT_ENVIRONMENT, { signal }) => read(name, signal, true),
    afterRun: (name = DEFAULT_ENVIRONMENT, { signal }) => read(name, signal, false),
    findings: () => found,
  }
}

/**
 * The catalog source `puppetdb`: components that are declared in plain Puppet code, on any Puppet and OpenVox with
 * PuppetDB. Opening it reads Choria's configuration and the operator's identity.
 */
export function puppetDbCatalogOf(
  system: () => System,
): Provider<'catalog', PuppetDbCatalogOptions> {
  return {
    kind: 'catalog',
    name: 'puppetdb',
    summary: 'components in PuppetDB, any Puppet and OpenVox',
    options: puppetDbCatalogOptions,
    open: (options, host) => openSource(options, host, system()),
    examine: (options, host, call) => examineServers(PUPPETDB_PROBE, options, host, system(), call),
  }
}

export const puppetDbCatalog = puppetDbCatalogOf(nodeSystem)

import type { Host } from '@choirmaster/core/provide'
import { openAccess } from '@choirmaster/puppet-client'
import { PUPPET_SERVER, type System } from '@choirmaster/puppet-identity'
import {
  DEFAULT_COMPILE_TIMEOUT,
  DEFAULT_CONCURRENCY,
  DEFAULT_TYPE,
  type PuppetDbCatalogOptions,
} from '../puppetdb/options.js'
import type { CompiledNode } from './catalog-rows.js'
import { compileAll } from './compile-all.js'
import { openCompiler } from './compiler.js'

export interface CompileNow {
  readonly options: PuppetDbCatalogOptions
  readonly environment: string
  readonly host: Host
  readonly system: System
  readonly signal: AbortSignal
}

/**
 * Has nodes compiled by Puppet Server now: those that the option `fresh` names, or all of these.
 * @param living certnames of the environment
 * @throws coded errors `identity-…`, `puppet-…`, `fresh-…`; the signal's reason
 */
export async function compileNow(
  { options, environment, host, system, signal }: CompileNow,
  living: readonly string[],
): Promise<readonly CompiledNode[]> {
  const { url: _puppetDb, serverUrl, fresh, ...rest } = options
  const {
    type = DEFAULT_TYPE,
    persist = false,
    concurrency = DEFAULT_CONCURRENCY,
    compileTimeout = DEFAULT_COMPILE_TIMEOUT,
  } = options
  const certnames = Array.isArray(fresh) ? [...new Set(fresh as readonly string[])] : living
  const asked = {
    ...rest,
    timeout: compileTimeout,
    ...(serverUrl !== undefined && { url: serverUrl }),
  }
  const access = await openAccess(PUPPET_SERVER, asked, compileTimeout, host, system)
  const how = { environment, type, persist, concurrency }
  const compiler = await openCompiler(access, how, host, signal)
  try {
    return await compileAll({ compiler, certnames, concurrency, host })
  } finally {
    await compiler.close()
  }
}

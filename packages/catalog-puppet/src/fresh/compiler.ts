import type { Host } from '@choirmaster/core/provide'
import {
  type Access,
  askServers,
  authority,
  openClient,
  readJson,
} from '@choirmaster/puppet-client'
import { readCatalog, type CompiledNode } from './catalog-rows.js'
import { freshError } from './errors.js'
import { refusal } from './refusal.js'

const PATH = '/puppet/v4/catalog'

/** Has catalogs compiled by Puppet Server. */
export interface Compiler {
  /** @throws coded errors `puppet-…`, `fresh-…`; the signal's reason */
  compile(certname: string): Promise<CompiledNode>
  close(): Promise<void>
}

export interface CompilerOptions {
  readonly environment: string
  /** The defined type whose resources are the components. */
  readonly type: string
  /** Whether PuppetDB keeps the catalogs, as if the nodes had run. */
  readonly persist: boolean
  /** Most compilations at once. */
  readonly concurrency: number
}

/**
 * A compiler as of now: by `POST /puppet/v4/catalog`, which is Puppet Server's way to compile for others. Facts are left out of the
 * request, so that the server takes those that PuppetDB has of the node.
 */
export async function openCompiler(
  access: Access,
  options: CompilerOptions,
  host: Host,
  signal: AbortSignal,
): Promise<Compiler> {
  const { environment, type, persist, concurrency } = options
  const { identity, timeout } = access
  const servers = await access.servers()
  const client = await openClient(identity, concurrency)
  return {
    async compile(certname) {
      const post = JSON.stringify({
        certname,
        environment,
        persistence: { facts: false, catalog: persist },
      })
      const common = { service: 'Puppet Server', path: PATH, post, servers, client, identity }
      const { server, url, answer } = await askServers({ ...common, timeout, host, signal })
      const source = { server: authority(server), url }
      if (answer.status !== 200) {
        const { commonName } = identity
        throw refusal(answer, { certname, environment, commonName, ...source })
      }
      const compiled = readCatalog(readJson(answer, source), certname, type)
      if (compiled !== undefined) return compiled
      throw freshError('fresh-answer', {
        message: `${source.server} answered for ${certname} with JSON that is no catalog`,
        place: url,
      })
    },
    close: () => client.close(),
  }
}

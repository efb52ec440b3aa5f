import type { Call, Check, Host } from '@choirmaster/core/provide'
import type { System } from '@choirmaster/puppet-identity'
import { clientConfig } from '../choria-config/client-config.js'
import type { NatsTransportOptions } from '../options.js'
import type { PartySources } from '../party/party.js'
import { examineBrokers } from './brokers.js'
import { failed, ok } from './check.js'
import { examineV1, examineV2 } from './identity.js'
import { readSources } from '../choria-config/sources.js'

/** What the transport needs, in the order in which it needs it: configuration, operator, each broker. */
export async function* examine(
  options: NatsTransportOptions,
  host: Host,
  system: System,
  call: Call,
): AsyncGenerator<Check> {
  let sources: PartySources
  try {
    const { settings, files, options: named } = await readSources(options, host, system)
    const read = files.length > 0 ? files.join(', ') : "no file, so Choria's defaults"
    yield ok('configuration', read)
    const config = clientConfig(settings, system, named.collective)
    const how = config.version === 'v1' ? 'certificates' : 'tokens'
    yield ok('protocol', `${config.version} (${how}), collective ${config.collective}`)
    sources = { options: named, config, settings, system, host }
  } catch (error) {
    yield failed('configuration', error)
    return
  }
  yield* sources.config.version === 'v1' ? examineV1(sources) : examineV2(sources)
  yield* examineBrokers(sources, host, call)
}

import { isCodedError, type Explained, type Host, type Json } from '@choirmaster/core/provide'
import { locateIdentity, type Setting, type System } from '@choirmaster/puppet-identity'
import { clientConfig } from '../choria-config/client-config.js'
import { findBrokers } from '../choria-config/middleware.js'
import { brokerUrl } from '../connection/broker.js'
import type { NatsTransportOptions } from '../options.js'
import { readSources } from '../choria-config/sources.js'

const REDACTED = '[redacted]'
/** Keys whose values are secrets themselves; `…_file` and `credentials` name files. */
const SECRET = /(?:pass|passwd|password|passphrase|psk|secret|seed|token)$/i
/** `https://user:password@host` */
const PASSWORD_IN_URL = /(\/\/[^\s/:@]*):[^\s/@]*@/g

/** The client configuration in force: what it comes to, then each setting of Choria's files with its line. */
export async function explain(
  options: NatsTransportOptions,
  host: Host,
  system: System,
): Promise<readonly Explained[]> {
  const { settings, files, options: named } = await readSources(options, host, system)
  const search = options.choriaConfig === undefined ? 'as the choria command finds them' : 'named'
  const asked = named.collective === undefined ? undefined : 'option collective'
  const rows: Explained[] = [row('files', [...files], files.length === 0 ? 'none found' : search)]
  const add = async (key: string, work: () => Promise<readonly Explained[]>): Promise<void> => {
    rows.push(...(await work().catch((error: unknown) => [unusable(key, error)])))
  }

  await add('collective', async () => {
    const { collective, version } = clientConfig(settings, system, named.collective)
    const provider = settings.get('plugin.security.provider')
    const main = settings.get('main_collective') ?? settings.get('collectives')
    return [
      row('protocol', version, provider?.origin ?? 'default'),
      row('collective', collective, asked ?? main?.origin ?? 'default'),
    ]
  })
  if (settings.get('plugin.security.provider')?.value !== 'choria') {
    await add('certname', async () => {
      const found = await locateIdentity(named, settings, system)
      const { certname, certificate, key, ca, crl } = found
      const parts = { certname, certificate, key, ca, ...(crl && { crl }) }
      return Object.entries<Setting>(parts).map(([part, at]) => row(part, at.value, at.origin))
    })
  }
  await add('brokers', async () => {
    const find = { settings, system, random: host.random, named: named.servers, warn: () => {} }
    const brokers = await findBrokers(find)
    return [row('brokers', brokers.map(brokerUrl), brokers[0]?.origin ?? 'default')]
  })
  for (const [key, { value, origin }] of [...settings].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const shown = SECRET.test(key) ? REDACTED : value.replace(PASSWORD_IN_URL, `$1:${REDACTED}@`)
    rows.push(row(key, shown, origin))
  }
  return rows
}

function row(key: string, value: Json, origin: string): Explained {
  return { key: `choria.${key}`, value, origin }
}

function unusable(key: string, error: unknown): Explained {
  if (!isCodedError(error)) throw error
  return row(key, null, error.message)
}

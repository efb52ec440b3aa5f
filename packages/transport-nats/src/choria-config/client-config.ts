import type { Milliseconds } from '@choirmaster/core/provide'
import { booleanSetting, type Settings, type System } from '@choirmaster/puppet-identity'
import { transportError } from '../errors.js'
import { isIdentity } from '../rpc/subjects.js'
import { countSetting, durationSetting, listSetting } from './values.js'

/** What Choria's client configuration says to this transport, whatever the protocol. */
export interface ClientConfig {
  /** v1 with certificates (providers puppet and file), v2 with tokens (provider choria). */
  readonly version: 'v1' | 'v2'
  readonly collective: string
  /** Identity of this machine, told to the servers. */
  readonly identity: string
  /** Seconds for which servers take a request that changes nothing. */
  readonly ttl: number
  readonly discoveryTimeout: Milliseconds
  readonly connectTimeout: Milliseconds
}

/** v1 servers drop, without a word, what has a smaller one. */
const SMALLEST_TTL = 30
const DEFAULT_TTL = 60
const DEFAULT_DISCOVERY_SECONDS = 2
/** Choria's default is 2 s, for the dial alone; this is for dial, TLS and login. */
const DEFAULT_CONNECT_TIMEOUT: Milliseconds = 5_000

/**
 * @param collective the one that was asked for; undefined: the main one
 * @throws coded errors for what cannot be used, and for a federation, which would swallow every request
 */
export function clientConfig(
  settings: Settings,
  system: System,
  collective: string | undefined,
): ClientConfig {
  refuseUnsupported(settings, system)
  const version = protocolVersion(settings)
  return {
    version,
    collective: chooseCollective(settings, version, collective),
    identity: settings.get('identity')?.value ?? system.hostname,
    ttl: countSetting(settings, 'ttl', DEFAULT_TTL, SMALLEST_TTL),
    discoveryTimeout:
      1000 * countSetting(settings, 'discovery_timeout', DEFAULT_DISCOVERY_SECONDS, 1),
    connectTimeout: durationSetting(
      settings,
      'plugin.choria.network.connect_timeout',
      DEFAULT_CONNECT_TIMEOUT,
    ),
  }
}

/** The variables MCOLLECTIVE_NATS_… change nothing where none of these is set (go-choria 0.30). */
const LOGINS = ['plugin.nats.user', 'plugin.nats.pass', 'plugin.nats.credentials']

function refuseUnsupported(settings: Settings, { env }: System): void {
  const federation = 'plugin.choria.federation.collectives'
  const variable = env['CHORIA_FED_COLLECTIVE']
  if (variable || listSetting(settings, federation).length > 0) {
    const place = variable ? 'CHORIA_FED_COLLECTIVE' : settings.get(federation)?.origin
    throw transportError('transport-federation', {
      message: `Choria is configured for a federation: ${variable || settings.get(federation)?.value}`,
      ...(place !== undefined && { place }),
    })
  }
  const anonymous = 'plugin.security.client_anon_tls'
  if (booleanSetting(settings, anonymous, false)) {
    const place = settings.get(anonymous)?.origin ?? anonymous
    throw transportError('transport-anonymous-tls', { message: `${anonymous} is set`, place })
  }
  for (const key of LOGINS) {
    const login = settings.get(key)
    if (!login?.value) continue
    const place = login.origin
    throw transportError('transport-nats-login', { message: `${key} is set`, place })
  }
}

function protocolVersion(settings: Settings): 'v1' | 'v2' {
  const provider = settings.get('plugin.security.provider')
  switch (provider?.value) {
    case undefined:
    case 'puppet':
    case 'file':
      return 'v1'
    case 'choria':
      return 'v2'
    default:
      throw transportError('transport-provider', {
        message: `Choria's security provider "${provider?.value}" is not supported`,
        place: provider?.origin ?? '',
      })
  }
}

function chooseCollective(
  settings: Settings,
  version: 'v1' | 'v2',
  wanted: string | undefined,
): string {
  const configured = listSetting(settings, 'collectives')
  const known = configured.length > 0 ? configured : [version === 'v1' ? 'mcollective' : 'choria']
  const chosen = wanted ?? settings.get('main_collective')?.value ?? (known[0] as string)
  if (known.includes(chosen) && isIdentity(chosen)) return chosen
  const place = wanted === undefined ? settings.get('main_collective')?.origin : '--collective'
  throw transportError('transport-collective', {
    message: `The collective ${JSON.stringify(chosen)} is none of ${known.join(', ')}`,
    ...(place !== undefined && { place }),
  })
}

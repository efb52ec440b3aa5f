import type { Host, Moment } from '@choirmaster/core/provide'
import { booleanSetting, type Settings, type System } from '@choirmaster/puppet-identity'
import type { ClientConfig } from '../choria-config/client-config.js'
import type { TlsSettings } from '../connection/tls.js'
import { transportError } from '../errors.js'
import type { NatsTransportOptions } from '../options.js'
import { signerAddress } from '../signer/address.js'
import type { Wire } from '../wire/wire.js'

/** The operator, as the configured protocol wants it: read and checked before anything is connected to. */
export interface Party {
  /** Who requests are from. */
  readonly caller: string
  /** When the first of its certificate and tokens ends. */
  readonly validUntil: Moment
  readonly wire: Wire
  readonly tls: TlsSettings
  /** Answers the broker's nonce; absent: the certificate is enough. */
  readonly login?: (nonce: string) => object
}

/** What a party is made from. */
export interface PartySources {
  readonly options: NatsTransportOptions
  readonly config: ClientConfig
  readonly settings: Settings
  readonly system: System
  readonly host: Pick<Host, 'clock' | 'notice'>
}

/** Settings of the service that signs in the operator's name. */
export const SIGNER = 'plugin.choria.security.request_signer'

/**
 * Address of the service that signs requests; undefined: the operator signs.
 * @throws transport-signer-service when it shall be asked over RPC; transport-signer-address
 */
export function signerUrl(settings: Settings): string | undefined {
  const key = `${SIGNER}.service`
  if (booleanSetting(settings, key, false)) {
    const place = settings.get(key)?.origin ?? key
    throw transportError('transport-signer-service', { message: `${key} is set`, place })
  }
  const url = settings.get(`${SIGNER}.url`)
  return url?.value ? signerAddress(url) : undefined
}

/** A run of a large estate takes hours; a day would be told of each token that a login service makes. */
export const SOON = 8 * 3_600_000

/** Tells that certificate or token ends soon. */
export function warnOfEnd(
  host: Pick<Host, 'notice'>,
  what: string,
  until: Moment,
  now: Moment,
): void {
  if (until - now > SOON) return
  const when = new Date(until).toISOString()
  const message = `${what} is valid only until ${when}: a run that lasts longer loses its nodes`
  host.notice({ level: 'warning', code: 'transport-identity-ends', message })
}

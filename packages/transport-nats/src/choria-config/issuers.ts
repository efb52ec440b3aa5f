import type { KeyObject } from 'node:crypto'
import type { Setting, Settings } from '@choirmaster/puppet-identity'
import { publicKey } from '../wire/v2/keys.js'
import type { TrustedKeys } from '../wire/v2/trust.js'
import { listSetting, unusable } from './values.js'

const NAMES = 'plugin.security.issuer.names'
const SIGNERS = 'plugin.security.choria.trusted_signers'

/**
 * Whose tokens are believed, as configured; undefined when nothing is, as Choria's own client needs none.
 * @throws transport-setting for an issuer without a key and for what is no ed25519 public key in hex
 */
export function trustedKeys(settings: Settings): TrustedKeys | undefined {
  const issuers = new Map<string, KeyObject>()
  for (const name of listSetting(settings, NAMES)) {
    const key = `plugin.security.issuer.${name}.public`
    const missing = { value: '', origin: settings.get(NAMES)?.origin ?? NAMES }
    issuers.set(name, keyOf(key, settings.get(key) ?? missing))
  }
  const signers = listSetting(settings, SIGNERS).map((value) =>
    keyOf(SIGNERS, { value, origin: settings.get(SIGNERS)?.origin ?? SIGNERS }),
  )
  return issuers.size + signers.length === 0 ? undefined : { issuers, signers }
}

function keyOf(key: string, setting: Setting): KeyObject {
  const parsed = publicKey(setting.value)
  if (parsed !== undefined) return parsed
  throw unusable(key, setting, 'an ed25519 public key of 64 hex digits')
}

import { X509Certificate } from 'node:crypto'
import type { Settings } from '@choirmaster/puppet-identity'
import { transportError } from '../errors.js'
import { listSetting } from './values.js'

/** What Choria's servers accept by default (go-choria 0.30: certname_whitelist, privileged_users). */
const DEFAULTS = {
  'plugin.choria.security.certname_whitelist': ['\\.mcollective$', '\\.choria$'],
  'plugin.choria.security.privileged_users': [
    '\\.privileged.mcollective$',
    '\\.privileged.choria$',
  ],
}

/**
 * Checks that servers will take requests of this certificate: its name is on their list, and is in it. A broker lets
 * any certificate of the CA connect, and then each request is dropped without a word.
 * @param certificate PEM, the operator's first
 * @throws transport-certname, transport-certname-mismatch
 */
export function checkCaller(
  settings: Settings,
  { certname, certificate, place }: { certname: string; certificate: string; place: string },
): void {
  const patterns = Object.entries(DEFAULTS).flatMap(([key, otherwise]) => {
    const configured = listSetting(settings, key)
    return configured.length > 0 ? configured : otherwise
  })
  if (!patterns.some((pattern) => matches(pattern, certname))) {
    throw transportError('transport-certname', {
      message: `Choria's servers do not take requests of ${certname}: it matches none of ${patterns.join(', ')}`,
      place,
    })
  }
  const names = namesOf(new X509Certificate(certificate))
  if (names.includes(certname)) return
  throw transportError('transport-certname-mismatch', {
    message: `The certificate is that of ${names.join(', ') || 'nobody'}, not of ${certname}`,
    place,
  })
}

/** Patterns are Go's, unanchored, in slashes or not; one that only Go understands is left to the servers. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern.replace(/^\/(.*)\/$/, '$1')).test(name)
  } catch {
    return true
  }
}

/** Common name and DNS names: where servers look for the caller. */
function namesOf({ subject, subjectAltName }: X509Certificate): readonly string[] {
  const common = /^CN=(.+)$/m.exec(subject)?.[1]
  const others = subjectAltName?.split(', ') ?? []
  const dns = others.flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
  return [...new Set([...(common === undefined ? [] : [common]), ...dns])]
}

import { X509Certificate, type KeyObject } from 'node:crypto'
import type { Moment } from '@choirmaster/core/provide'
import { dropped, type Dropped } from '../wire.js'
import { chainFault } from './chain.js'

/** plugin.choria.security.certname_whitelist and privileged_users, as servers have them when nobody says otherwise. */
const ALLOWED = [/\.mcollective$/, /\.choria$/]
const PRIVILEGED = [/\.privileged.mcollective$/, /\.privileged.choria$/]
/** go-choria, security providers: not anchored at the end. */
const CALLER = /^[a-z]+=([\w.-]+)/

/** Tells whether a certificate proves a caller, as servers with the providers `puppet` and `file` do. */
export interface Callers {
  prove(pubcert: string, caller: string, now: Moment): { readonly key: KeyObject } | Dropped
}

/** @param ca PEM text of the CAs that sign callers' certificates. @throws what node says of a text that is none */
export function callersOf(ca: string): Callers {
  const roots = certificatesIn(ca)
  const read = remembering(readCertificates)
  if (roots.length === 0) throw new Error('there is no certificate in it')
  return {
    prove(pubcert, caller, now) {
      const [certificate, ...others] = read(pubcert)
      if (certificate === undefined) return dropped('certificate', 'the pubcert is no certificate')
      const fault = chainFault(certificate, others, roots, now)
      if (fault !== undefined) return dropped('certificate', fault)
      // Servers expect an RSA key of every certificate.
      if (certificate.publicKey.asymmetricKeyType !== 'rsa') {
        return dropped('certificate', 'the key of the certificate is not RSA')
      }
      const names = namesOf(certificate)
      const some = (patterns: readonly RegExp[], name: string): boolean =>
        patterns.some((pattern) => pattern.test(name))
      const privileged = names.some((name) => some(PRIVILEGED, name))
      const [, certname = ''] = CALLER.exec(caller) ?? []
      if (!privileged && !names.includes(certname)) {
        return dropped('caller', `the certificate of ${names.join(', ')} does not prove ${caller}`)
      }
      if (!privileged && !some(ALLOWED, certname)) {
        return dropped('caller', `${certname} is not on the list of certificates that are allowed`)
      }
      return { key: certificate.publicKey }
    },
  }
}

/** Common name and DNS names. */
function namesOf(certificate: X509Certificate): readonly string[] {
  const common = /^CN=(.*)$/m.exec(certificate.subject)?.[1]
  const others = (certificate.subjectAltName ?? '')
    .split(', ')
    .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
  return [...new Set([...(common === undefined ? [] : [common]), ...others])]
}

/** So many callers are remembered: to read a certificate takes longer than all the rest of a request. */
const REMEMBERED = 64

function remembering<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const made = make(text)
    if (known.size >= REMEMBERED) known.clear()
    known.set(text, made)
    return made
  }
}

function readCertificates(pem: string): readonly X509Certificate[] {
  try {
    return certificatesIn(pem)
  } catch {
    return []
  }
}

function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

import type { Enrolled, Fingerprints, Step } from '@choirmaster/puppet-ca'
import { cleanLine } from './clean.js'
import { duration } from './time.js'

/** A line for what happens; undefined: not worth one. */
export function stepText(step: Step): string | undefined {
  switch (step.step) {
    case 'key':
      return step.made ? `Private key made: ${step.path}` : `Private key is there: ${step.path}`
    case 'ca':
      return step.kept ? undefined : `CA kept: ${step.path}`
    case 'requested':
      return step.before
        ? `The request is at ${step.server} already`
        : `Request sent to ${step.server}`
    case 'waiting':
      return `Waiting for the signature, for ${duration(step.left)} more`
    case 'signed':
      return `Signed: ${step.path}`
  }
}

/** What the operator compares before a CA is trusted. */
export function fingerprintsText(server: string, fingerprints: Fingerprints): readonly string[] {
  const { bundle, certificates } = fingerprints
  return [
    `${server} says that the CA is this; nothing proves it yet. SHA-256 fingerprints:`,
    `  whole file  ${bundle}`,
    ...certificates.map(({ subject, fingerprint }) => `  ${cleanLine(subject)}  ${fingerprint}`),
    'On the CA server, `sha256sum /etc/puppetlabs/puppetserver/ca/ca_crt.pem` prints that of the whole file.',
  ]
}

export function enrolledText({ certname, before, valid_until: until, files }: Enrolled): string[] {
  const state = before ? 'has a certificate already' : 'has a certificate'
  return [
    `${certname} ${state}, valid until ${until.slice(0, 10)}: ${files.certificate}`,
    'Look at what else a run needs with `choirmaster doctor`.',
  ]
}

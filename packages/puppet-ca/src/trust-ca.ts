import { splitPem } from '@choirmaster/puppet-identity'
import { openCaApi, type Bundle } from './ca-api.js'
import type { Enroll } from './enrolment.js'
import { enrollError } from './errors.js'
import { fingerprintsOf, isNamedBy, type Fingerprints } from './fingerprint.js'
import { keep } from './keep.js'
import { readIfThere } from './make-key.js'

/**
 * The CA's certificates: those that are there, else what the CA's server gives, once the operator has said that it is
 * the right one. The connection for that proves nothing, so the first question is the dangerous one: whoever answers
 * it could sign whatever servers we talk to from then on.
 * @returns PEM, one certificate each
 * @throws enroll-ca-unverified, enroll-ca-fingerprint, enroll-file, and what the CA's server fails with
 */
export async function trustCa(enroll: Enroll): Promise<readonly string[]> {
  const { files, fingerprint, tell } = enroll
  const path = files.ca.value
  const there = await readIfThere(enroll, files.ca)
  if (there !== undefined) {
    const blocks = splitPem(there, 'CERTIFICATE')
    if (fingerprint !== undefined) {
      check(fingerprint, { text: there, blocks, url: path }, path)
    }
    tell({ step: 'ca', path, kept: true })
    return blocks
  }
  const operator = { commonName: files.certname.value, ca: [], files }
  const api = await openCaApi({ ...enroll, operator, crl: [], unverified: true })
  const bundle = await api.caBundle().finally(() => api.close())
  if (fingerprint === undefined) await confirm(enroll, api.server(), bundle)
  else check(fingerprint, bundle, api.server())
  await keep(enroll.disk, path, bundle.text)
  tell({ step: 'ca', path, kept: false })
  return bundle.blocks
}

function check(named: string, { text, blocks, url }: Bundle, whose: string): void {
  const found = fingerprintsOf(text, blocks)
  if (isNamedBy(named, found, blocks)) return
  throw enrollError('enroll-ca-fingerprint', {
    message: `The CA of ${whose} is not the one that the fingerprint names. ${listed(found)}`,
    place: url,
  })
}

async function confirm(
  { confirmCa }: Enroll,
  server: string,
  { text, blocks, url }: Bundle,
): Promise<void> {
  const found = fingerprintsOf(text, blocks)
  if (await confirmCa?.(server, found)) return
  throw enrollError('enroll-ca-unverified', {
    message: `${confirmCa ? 'It was not confirmed' : 'Nobody could be asked'} that this is the right CA. ${listed(found)}`,
    place: url,
    hint:
      'Get the fingerprint on the CA server by another way than this network: `sha256sum ' +
      '/etc/puppetlabs/puppetserver/ca/ca_crt.pem`, and give it with --ca-fingerprint.',
  })
}

function listed({ bundle, certificates }: Fingerprints): string {
  const each = certificates.map(({ subject, fingerprint }) => `${subject} ${fingerprint}`)
  return `It has SHA-256 ${bundle} (whole file); ${each.join('; ')}`
}

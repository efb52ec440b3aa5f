import { loadIdentity, type IdentityFiles, type Setting } from '@choirmaster/puppet-identity'
import { openCaApi } from './ca-api.js'
import { checkIssued } from './certificate.js'
import type { Disk } from './disk.js'
import type { Enroll } from './enrolment.js'
import { enrollError } from './errors.js'
import { keep } from './keep.js'
import { makeKey, readIfThere } from './make-key.js'
import { publicPart } from './request.js'
import { signature } from './signature.js'
import { trustCa } from './trust-ca.js'

export interface Enrolled {
  readonly certname: string
  /** Whether the certificate was there before. */
  readonly before: boolean
  /** UTC, ISO 8601. */
  readonly valid_until: string
  readonly files: {
    readonly key: string
    readonly certificate: string
    readonly ca: string
    readonly crl: string | null
  }
}

/**
 * Gets the operator a certificate of the Puppet CA, and does what is missing of that: it may be killed at any moment
 * and run again. The key comes first and is never overwritten; the certificate comes last, so that one that is there
 * means that all is.
 * @throws coded errors `enroll-…`, `identity-…`, `puppet-…`
 */
export async function enroll(input: Enroll): Promise<Enrolled> {
  const { files, disk } = input
  const { certname, certificate, enrollable, crl } = files
  if (!enrollable) {
    throw enrollError('enroll-provider', {
      message: `The certificate would be ${certificate.value} (${certificate.origin}), which is not in an SSL folder of Puppet's layout`,
      place: certificate.origin,
    })
  }
  const there = await readIfThere(input, certificate)
  const key = await makeKey(input, there !== undefined)
  const ca = await trustCa(input)
  const operator = { commonName: certname.value, ca, files }
  const open = { ...input, operator }

  // The lists themselves are fetched without any, as Puppet's own agent does; all else is asked under them.
  const first = await openCaApi({ ...open, crl: [] })
  const lists = await first.revocationLists().finally(() => first.close())
  const api = await openCaApi({ ...open, crl: lists?.blocks ?? [] })
  try {
    const issued = {
      ...{ certname: certname.value, key: publicPart(key), ca },
      crl: lists?.blocks ?? [],
    }
    if (there !== undefined) {
      // First, as a list that has lapsed or is damaged is what running this again mends.
      await keepLists(disk, crl, lists?.text)
      await loadIdentity(files, input.system, input.host.clock.now())
      const end = await checkIssued({ ...issued, certificate: there, place: certificate.value })
      return enrolled(files, true, end)
    }
    const got = await signature(input, api, key)
    const end = await checkIssued({ ...issued, certificate: got.text, place: got.url })
    await keepLists(disk, crl, lists?.text)
    await keep(disk, certificate.value, got.text)
    input.tell({ step: 'signed', path: certificate.value })
    return enrolled(files, false, end)
  } finally {
    await api.close()
  }
}

async function keepLists(
  disk: Disk,
  path: Setting | undefined,
  text: string | undefined,
): Promise<void> {
  if (path !== undefined && text !== undefined) await keep(disk, path.value, text)
}

function enrolled(files: IdentityFiles, before: boolean, end: number): Enrolled {
  const { certname, key, certificate, ca, crl } = files
  return {
    certname: certname.value,
    before,
    valid_until: new Date(end).toISOString(),
    files: {
      key: key.value,
      certificate: certificate.value,
      ca: ca.value,
      crl: crl?.value ?? null,
    },
  }
}

import type { Milliseconds } from '@choirmaster/core/provide'
import type { Secret } from '@choirmaster/puppet-identity'
import type { Bundle, CaApi } from './ca-api.js'
import { clean, revoked } from './certificate.js'
import type { Enroll } from './enrolment.js'
import { enrollError } from './errors.js'
import { keyOfRequest, newRequest, publicPart } from './request.js'

/** Pauses between two questions whether it is signed: an autosigning CA has it at once, a person takes minutes. */
const FIRST_PAUSE: Milliseconds = 1_000
const LONGEST_PAUSE: Milliseconds = 15_000
const GROWTH = 1.5

/**
 * The certificate that the CA has signed for us: it is requested, unless it was before, and waited for.
 * @throws enroll-waiting, enroll-rejected, enroll-refused, enroll-name-taken, enroll-revoked
 */
export async function signature(enroll: Enroll, api: CaApi, key: Secret): Promise<Bundle> {
  const certname = enroll.files.certname.value
  const there = await api.certificate(certname)
  if (there !== undefined) return there
  await request(enroll, api, key)
  return wait(enroll, api)
}

async function request(enroll: Enroll, api: CaApi, key: Secret): Promise<void> {
  const { files, environment, tell } = enroll
  const certname = files.certname.value
  const text = await newRequest(certname, key)
  const sent = await api.send(certname, text, environment)
  if (sent.sent === 'taken') return tell({ step: 'requested', server: api.server(), before: false })
  if (sent.as === 'revoked') throw revoked(certname, api.server())
  // Signed between the two questions: it is there now.
  if (sent.as === 'signed') return
  const waiting = await api.waiting(certname)
  if (waiting !== undefined && (await keyOfRequest(waiting)) !== publicPart(key)) {
    throw enrollError('enroll-name-taken', {
      message: `A request for ${certname} with another key than ours waits at ${api.server()}`,
      place: api.server(),
      hint: `Find out who sent it. If it is to go: ${clean(certname)} on the CA server, then run this again.`,
    })
  }
  tell({ step: 'requested', server: api.server(), before: true })
}

async function wait(enroll: Enroll, api: CaApi): Promise<Bundle> {
  const { files, host, signal, tell } = enroll
  const certname = files.certname.value
  const deadline = host.clock.now() + enroll.wait
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * GROWTH)) {
    const signed = await api.certificate(certname)
    if (signed !== undefined) return signed
    if ((await api.waiting(certname)) === undefined) return ended(api, certname)
    const now = host.clock.now()
    if (now >= deadline) {
      throw enrollError('enroll-waiting', {
        message: `The request for ${certname} waits at ${api.server()} for its signature`,
        place: api.server(),
        hint: `\`puppetserver ca sign --certname ${certname}\` on the CA server, then run this again.`,
      })
    }
    tell({ step: 'waiting', left: deadline - now })
    await host.clock.sleepUntil(Math.min(deadline, now + pause), signal)
  }
}

/** Nothing waits any more: the CA removes a request after it has put the certificate there, or somebody removed it. */
async function ended(api: CaApi, certname: string): Promise<Bundle> {
  const signed = await api.certificate(certname)
  if (signed !== undefined) return signed
  throw enrollError('enroll-rejected', {
    message: `The request for ${certname} is gone from ${api.server()} without having been signed`,
    place: api.server(),
  })
}

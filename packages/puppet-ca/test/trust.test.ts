import { createHash, X509Certificate } from 'node:crypto'
import { splitPem } from '@choirmaster/puppet-identity'
import { describe, expect, it } from 'vitest'
import { fingerprintsOf, isNamedBy } from '../src/fingerprint.js'
import { CA, fixture } from './fake-ca.js'
import { operator } from './operator.js'

const op = operator()
const blocks = splitPem(CA, 'CERTIFICATE')
const bundle = createHash('sha256').update(CA).digest('hex')
const prints = blocks.map((block) => new X509Certificate(block))
const root = prints.find((one) => one.checkIssued(one))!.fingerprint256
const signer = prints.find((one) => !one.checkIssued(one))!.fingerprint256
const STRANGER = fixture('bundles/ca-foreign.pem')

describe('the CA is trusted', () => {
  it.each([
    ['by the whole file, as puppet and sha256sum print it', bundle],
    ['by its root, as openssl prints it', root],
    ['in lower case without colons', root.replaceAll(':', '').toLowerCase()],
  ])('%s', async (_, fingerprint) => {
    await op.enroll({ fingerprint, confirmCa: null })
    expect((await op.files())['certs/ca.pem']?.text).toBe(CA)
  })

  it('when the operator says so, who is shown all fingerprints', async () => {
    const shown: string[] = []
    await op.enroll({
      async confirmCa(server, { bundle: whole, certificates }) {
        shown.push(server, whole, ...certificates.map((one) => one.fingerprint))
        return true
      },
    })
    const whole = fingerprintsOf(CA, blocks).bundle
    expect(shown).toEqual([
      `localhost:${op.ca.port}`,
      whole,
      ...prints.map((one) => one.fingerprint256),
    ])
  })
})

describe('the CA is not trusted', () => {
  it.each([
    ['when nobody can be asked', null],
    ['when the operator says no', async () => false],
  ])('%s', async (_, confirmCa) => {
    const failure = await op.failure({ confirmCa })
    expect(failure.code).toBe('enroll-ca-unverified')
    expect(failure.message).toContain(root)
    expect(Object.keys(await op.files())).toEqual(['private_keys/rip.mcollective.pem'])
    expect(op.ca.asked).toEqual(['GET /puppet-ca/v1/certificate/ca'])
  })

  it('when the fingerprint is of another', async () => {
    op.ca.ca = STRANGER
    const failure = await op.failure({ fingerprint: root })
    expect(failure.code).toBe('enroll-ca-fingerprint')
    expect(Object.keys(await op.files())).toEqual(['private_keys/rip.mcollective.pem'])
  })

  it("when a stranger's CA travels with the right one", async () => {
    op.ca.ca = CA + STRANGER
    expect(await op.failure({ fingerprint: root })).toMatchObject({ code: 'enroll-ca-fingerprint' })
  })

  it('when the server is not one of the CA that is there', async () => {
    op.ca.ca = STRANGER
    const failure = await op.failure({ confirmCa: async () => true })
    expect(failure.code).toBe('puppet-tls-ca')
  })

  it('later either, when a fingerprint is given and the file holds another', async () => {
    await op.enroll()
    const failure = await op.failure({ fingerprint: bundle.replace(/../, 'ff') })
    expect(failure.code).toBe('enroll-ca-fingerprint')
  })
})

describe('isNamedBy', () => {
  it('takes no intermediate for the root', () => {
    expect(isNamedBy(signer, fingerprintsOf(CA, blocks), blocks)).toBe(false)
  })
})

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { splitPem } from '@choirmaster/puppet-identity'
import { expect, it } from 'vitest'
import { CertificationRequest } from 'pkijs'
import { der, newKey, newRequest, publicPart } from './request.js'

it('makes an RSA key of 4096 bits and a request that it signs, with the name and nothing else', async () => {
  const key = await newKey()
  expect(JSON.stringify(key)).not.toContain('PRIVATE')
  expect(createPublicKey(createPrivateKey(key.reveal())).asymmetricKeyDetails).toMatchObject({
    modulusLength: 4096,
  })
  const text = await newRequest('rip.mcollective', key)
  expect(text).toMatch(
    /^-----BEGIN CERTIFICATE REQUEST-----\n[^-]+-----END CERTIFICATE REQUEST-----\n$/,
  )
  const request = CertificationRequest.fromBER(der(text))
  expect(await request.verify()).toBe(true)
  expect(
    request.subject.typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]),
  ).toEqual([['2.5.4.3', 'rip.mcollective']])
  const inside = Buffer.from(request.subjectPublicKeyInfo.toSchema().toBER()).toString('base64')
  expect(inside).toBe(publicPart(key))
  expect(splitPem(text, 'CERTIFICATE')).toEqual([])
}, 60_000)

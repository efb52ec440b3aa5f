import { expect, it } from 'vitest'
import { readDocument } from './document.js'

const question = {
  environment: 'production',
  server: 'pm:8140',
  url: 'https://pm:8140/puppet/v3/environment/production',
  commonName: 'rip.mcollective',
}

it('a document that was cut as too large is not read', async () => {
  const bytes = Buffer.from('{"environment":"production","applications":{}}')
  const answer = {
    status: 200,
    bytes,
    size: bytes.length,
    cut: true,
    header: (name: string) => (name === 'content-type' ? 'application/json' : ''),
  }
  await expect(readDocument(answer, question)).rejects.toMatchObject({
    code: 'puppet-answer-too-large',
    place: question.url,
  })
  await expect(readDocument({ ...answer, cut: false }, question)).resolves.toBeDefined()
})

import type { CodedError } from '@choirmaster/core/provide'
import { puppetError } from '../errors.js'
import type { Answer } from '../client.js'
import type { Source } from '../json.js'
import { puppetMessage } from '../message.js'
import { puppetDbError } from './errors.js'

/**
 * The coded error for an answer other than 200.
 * @param commonName of our certificate
 */
export function refusal(
  answer: Answer,
  { server, url: place }: Source,
  commonName: string,
): CodedError {
  const { text } = puppetMessage(answer)
  const because = text === '' ? '' : `: ${text}`
  switch (answer.status) {
    case 400:
      return puppetDbError('puppetdb-query-rejected', {
        message: `${server} does not understand the query${because}`,
        place,
      })
    case 401:
    case 403:
      return puppetDbError('puppetdb-forbidden', {
        message: `${server} does not allow the certificate ${commonName} to ask${because}`,
        place,
        hint: `Add ${commonName} as a line to the file that certificate-allowlist names in [puppetdb] of PuppetDB's configuration, and restart it.`,
      })
    case 404:
      return puppetDbError('puppetdb-not-there', {
        message: `${server} does not know the path of PuppetDB's queries`,
        place,
      })
    case 500:
    case 503:
      return puppetDbError('puppetdb-unavailable', {
        message: `${server} cannot answer now (${answer.status})${because}`,
        place,
      })
    default:
      return puppetError('puppet-answer-unexpected', {
        message: `${server} answered ${answer.status}, which PuppetDB does not give here${because}`,
        place,
      })
  }
}

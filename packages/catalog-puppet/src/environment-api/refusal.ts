import type { CodedError } from '@choirmaster/core/provide'
import {
  type Answer,
  type PuppetMessage,
  isHtml,
  printable,
  puppetError,
  puppetMessage,
} from '@choirmaster/puppet-client'
import { catalogError } from '../errors.js'
import { accessRule } from './rule.js'

/** What was asked, and of whom. */
export interface Question {
  readonly environment: string
  /** `host:port`. */
  readonly server: string
  readonly url: string
  /** Common name of our certificate, which the server's rules are matched against. */
  readonly commonName: string
}

const because = ({ text }: PuppetMessage): string => (text === '' ? '' : `: ${text}`)

function notFound(answer: Answer, said: PuppetMessage, question: Question): CodedError {
  const { environment, server, url: place } = question
  if (said.kind === 'RESOURCE_NOT_FOUND') {
    return catalogError('puppet-environment-unknown', {
      message: `${server} has no environment "${environment}"${because(said)}`,
      place,
    })
  }
  if (said.kind === 'HANDLER_NOT_FOUND') {
    return catalogError('puppet-environment-api-off', {
      message: `${server} does not know the path of the environment API${because(said)}`,
      place,
    })
  }
  if (isHtml(answer)) {
    return catalogError('puppet-environment-api-gone', {
      message: `${server} has no environment API: Puppet 7 and later, and OpenVox, are without it`,
      place,
    })
  }
  return unexpected(answer, said, question)
}

function compileFailed(answer: Answer, said: PuppetMessage, question: Question): CodedError {
  // Without app_management the words of the language are no keywords, so the first manifest fails to parse.
  const old = answer.header('x-puppet-version').startsWith('4.') && said.text.includes('Syntax')
  return catalogError('puppet-compile-failed', {
    message: `Puppet cannot compile the environment "${question.environment}"${because(said)}`,
    place: said.place ?? question.url,
    ...(old && {
      hint: 'On Puppet 4.3 to 4.10 application, site, produces and consumes are keywords only with app_management = true in [master] of puppet.conf; restart the server after setting it. Otherwise correct the code.',
    }),
  })
}

function busy(answer: Answer, said: PuppetMessage, { server, url: place }: Question): CodedError {
  const after = printable(answer.header('retry-after'))
  const when = /^\d+$/.test(after) ? `in ${after} s` : `at ${after}`
  return catalogError('puppet-busy', {
    message: `${server} has no capacity for the compilation now${because(said)}`,
    place,
    ...(after !== '' && { hint: `The server asks to try again ${when}.` }),
  })
}

function unexpected(
  answer: Answer,
  said: PuppetMessage,
  { server, url: place }: Question,
): CodedError {
  return puppetError('puppet-answer-unexpected', {
    message: `${server} answered ${answer.status}, which Puppet Server does not give here${because(said)}`,
    place,
  })
}

/** The coded error for an answer other than 200; the cases are those that real servers gave. */
export function refusal(answer: Answer, question: Question): CodedError {
  const said = puppetMessage(answer)
  const { server, url: place, commonName } = question
  switch (answer.status) {
    case 400:
    case 405:
      return catalogError('puppet-request-rejected', {
        message: `${server} rejected the request (${answer.status})${because(said)}`,
        place,
      })
    case 403:
      return catalogError('puppet-forbidden', {
        message: `${server} does not let the certificate ${commonName} read the environment "${question.environment}"${because(said)}`,
        place,
        hint: `Have this rule added to its auth.conf. ${accessRule(commonName)}`,
      })
    case 404:
      return notFound(answer, said, question)
    case 500:
      return compileFailed(answer, said, question)
    case 503:
      return busy(answer, said, question)
    default:
      return unexpected(answer, said, question)
  }
}

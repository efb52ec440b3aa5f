import { parseEnvironment, type Environment } from '@choirmaster/core'
import { puppetError } from '../errors.js'
import type { Answer } from '../http/client.js'
import { printable } from '../printable.js'
import { isJson, puppetMessage } from './message.js'
import type { Question } from './refusal.js'

function decode({ bytes }: Answer, { server, url: place }: Question): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw puppetError('puppet-answer-malformed', {
      message: `The document of ${server} is no JSON in UTF-8: ${printable((cause as Error).message)}`,
      place,
      cause,
    })
  }
}

/**
 * The environment in a 200.
 * @throws puppet-answer-…, and what `parseEnvironment` says of a document that breaks the schema.
 */
export async function readDocument(answer: Answer, question: Question): Promise<Environment> {
  const { server, url: place } = question
  if (!isJson(answer) || !['', 'identity'].includes(answer.header('content-encoding'))) {
    const kind = [answer.header('content-type'), answer.header('content-encoding')].join(' ')
    const { text } = puppetMessage(answer)
    throw puppetError('puppet-answer-unexpected', {
      message: `${server} answered with ${printable(kind) || 'no content type'} in place of JSON: ${text.slice(0, 200)}`,
      place,
    })
  }
  if (answer.cut) {
    throw puppetError('puppet-answer-too-large', {
      message: `${server} sent more than ${answer.bytes.length} bytes`,
      place,
    })
  }
  const environment = await parseEnvironment(decode(answer, question), { source: place })
  if (environment.environment === question.environment) return environment
  throw puppetError('puppet-answer-malformed', {
    message: `${server} was asked for the environment "${question.environment}" and answered with "${printable(environment.environment)}"`,
    place,
  })
}

import { parseEnvironment, type Environment } from '@choirmaster/core'
import { type Answer, printable, puppetError, readJson } from '@choirmaster/puppet-client'
import type { Question } from './refusal.js'

/**
 * The environment in a 200.
 * @throws puppet-answer-…, and what `parseEnvironment` says of a document that breaks the schema.
 */
export async function readDocument(answer: Answer, question: Question): Promise<Environment> {
  const { server, url: place } = question
  const environment = await parseEnvironment(readJson(answer, question), { source: place })
  if (environment.environment === question.environment) return environment
  throw puppetError('puppet-answer-malformed', {
    message: `${server} was asked for the environment "${question.environment}" and answered with "${printable(environment.environment)}"`,
    place,
  })
}

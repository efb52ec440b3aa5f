import type { CodedError } from '@choirmaster/core/provide'
import { type Answer, printable, puppetMessage } from '@choirmaster/puppet-client'
import { freshError } from './errors.js'
import { compileRule } from './rule.js'

/** What was asked, and of whom. */
export interface Compilation {
  readonly certname: string
  readonly environment: string
  /** `host:port`. */
  readonly server: string
  readonly url: string
  /** Common name of our certificate. */
  readonly commonName: string
}

/** Whether another node would be answered the same, so that none need be tried. */
export function isFinal({ code }: CodedError): boolean {
  return code !== 'fresh-compile-failed' && code !== 'fresh-answer'
}

/** The coded error for an answer other than 200; the cases are those that a real Puppet Server 7.9.5 gave. */
export function refusal(answer: Answer, asked: Compilation): CodedError {
  const { certname, environment, server, url: place, commonName } = asked
  const said = puppetMessage(answer)
  const because = said.text === '' ? '' : `: ${said.text}`
  switch (answer.status) {
    case 403:
      return freshError('fresh-forbidden', {
        message: `${server} does not let the certificate ${commonName} have catalogs compiled${because}`,
        place,
        hint: `Have this rule added for it. ${compileRule(commonName)}`,
      })
    case 404:
    case 405:
      return freshError('fresh-not-there', {
        message: `${server} does not know the path for compilations (${answer.status})`,
        place,
      })
    case 503: {
      const after = printable(answer.header('retry-after'))
      return freshError('fresh-busy', {
        message: `${server} has no capacity for the compilation of ${certname} now${because}`,
        place,
        ...(/^\d+$/.test(after) && { hint: `The server asks to try again in ${after} s.` }),
      })
    }
    default:
      return freshError('fresh-compile-failed', {
        message: `The catalog of ${certname} in the environment "${environment}" cannot be compiled (${answer.status})${because}`,
        place: said.place ?? certname,
      })
  }
}

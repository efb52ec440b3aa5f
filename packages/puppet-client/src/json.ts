import { isAscii } from 'node:buffer'
import { puppetError } from './errors.js'
import { printable } from './printable.js'
import type { Answer } from './client.js'
import { isJson, puppetMessage } from './message.js'

/** Whose answer it is. */
export interface Source {
  /** `host:port`. */
  readonly server: string
  readonly url: string
}

/** @throws TypeError for what is no UTF-8 */
function decode(bytes: Buffer): string {
  // Certnames and references mostly are plain ASCII, which needs no decoding: a quarter of the time.
  return isAscii(bytes)
    ? bytes.toString('latin1')
    : new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/**
 * The JSON in a 200.
 * @throws puppet-answer-unexpected, puppet-answer-too-large, puppet-answer-malformed
 */
export function readJson(answer: Answer, { server, url: place }: Source): unknown {
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
  try {
    return JSON.parse(decode(answer.bytes))
  } catch (cause) {
    throw puppetError('puppet-answer-malformed', {
      message: `The document of ${server} is no JSON in UTF-8: ${printable((cause as Error).message)}`,
      place,
      cause,
    })
  }
}

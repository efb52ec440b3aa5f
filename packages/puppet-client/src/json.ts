import { puppetError } from './errors.js'
import { printable } from './printable.js'
import type { Answer } from './client.js'
import { listParts, parseBytes } from './list-parts.js'
import { isJson, puppetMessage } from './message.js'

/** Whose answer it is. */
export interface Source {
  /** `host:port`. */
  readonly server: string
  readonly url: string
}

/**
 * The JSON in a 200.
 * @throws puppet-answer-unexpected, puppet-answer-too-large, puppet-answer-malformed
 */
export function readJson(answer: Answer, source: Source): unknown {
  checkKind(answer, source)
  return wellFormed(source, () => parseBytes(answer.bytes))
}

/**
 * As `readJson`, some elements at a time where it is a long list: what is taken of them and let go need never be in
 * memory together. Anything but a list is taken as it is. The answer is of no use afterwards.
 */
export function readJsonParts(answer: Answer, source: Source, take: (part: unknown) => void): void {
  checkKind(answer, source)
  const parts = listParts(answer.bytes)
  for (;;) {
    const next = wellFormed(source, () => parts.next())
    if (next.done === true) return
    take(next.value)
  }
}

/** @throws puppet-answer-unexpected, puppet-answer-too-large */
function checkKind(answer: Answer, { server, url: place }: Source): void {
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
}

/** What `parse` gives. @throws puppet-answer-malformed for what it throws */
function wellFormed<T>({ server, url: place }: Source, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw puppetError('puppet-answer-malformed', {
      message: `The document of ${server} is no JSON in UTF-8: ${printable((cause as Error).message)}`,
      place,
      cause,
    })
  }
}

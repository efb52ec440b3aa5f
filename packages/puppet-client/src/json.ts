import { puppetError } from './errors.js'
import { printable } from './printable.js'
import type { Answer, Head, Question } from './client.js'
import { listParser, parseBytes } from './list-parser.js'
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

/** Reads the JSON of a 200 while it comes, some elements at a time where it is a long list of objects. */
export interface PartsReader {
  readonly reader: NonNullable<Question['reader']>
  /** Has taken what is left. @throws as `readJson`; what `take` threw */
  end(answer: Answer, source: Source): void
}

/** @param take takes lists, or all at once; of those that it lets go there need never be many in memory. */
export function partsReader(take: (part: unknown) => void): PartsReader {
  const parser = listParser()
  let thrown: { readonly error: unknown } | undefined
  const hand = (part: unknown): void => {
    if (part === undefined || thrown !== undefined) return
    try {
      take(part)
    } catch (error) {
      thrown = { error }
    }
  }
  return {
    reader: (head) => (isPlainJson(head) ? (chunk) => hand(parser.add(chunk)) : undefined),
    end(answer, source) {
      checkKind(answer, source)
      hand(wellFormed(source, () => parser.end()))
      if (thrown !== undefined) throw thrown.error
    },
  }
}

function isPlainJson(head: Head): boolean {
  return isJson(head) && ['', 'identity'].includes(head.header('content-encoding'))
}

/** @throws puppet-answer-unexpected, puppet-answer-too-large */
function checkKind(answer: Answer, { server, url: place }: Source): void {
  if (!isPlainJson(answer)) {
    const kind = [answer.header('content-type'), answer.header('content-encoding')].join(' ')
    const { text } = puppetMessage(answer)
    throw puppetError('puppet-answer-unexpected', {
      message: `${server} answered with ${printable(kind) || 'no content type'} in place of JSON: ${text.slice(0, 200)}`,
      place,
    })
  }
  if (answer.cut) {
    throw puppetError('puppet-answer-too-large', {
      message: `${server} sent more than ${answer.size} bytes`,
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

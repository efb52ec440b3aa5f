import type { Json } from '@choirmaster/core/provide'
import { fail } from '../errors.js'
import { type InputType, PUPPET_INPUTS } from './puppet-inputs.js'

/** Spellings of Choria's own command. */
const YES: ReadonlySet<string> = new Set(['true', 'yes', 'y', 't', '1'])
const NO: ReadonlySet<string> = new Set(['false', 'no', 'n', 'f', '0'])

/**
 * The inputs of a request from words such as `message=later`. What the puppet agent declares gets its declared type;
 * any other value is JSON where it can be read as JSON, else text.
 * @throws CodedError `req-input`
 */
export function parseInputs(
  agent: string,
  action: string,
  words: readonly string[],
): Record<string, Json> {
  const types = agent === 'puppet' ? PUPPET_INPUTS[action] : undefined
  const inputs = new Map<string, Json>()
  for (const word of words) {
    const equals = word.indexOf('=')
    if (equals < 1) {
      throw fail('req-input', {
        message: `${JSON.stringify(word)} is no input: inputs are written KEY=VALUE`,
        place: word,
        hint: 'Write inputs as KEY=VALUE, and -I before each node.',
      })
    }
    const key = word.slice(0, equals)
    if (inputs.has(key)) {
      throw fail('req-input', { message: `The input ${key} is given twice`, place: word })
    }
    const text = word.slice(equals + 1)
    const type = types && Object.hasOwn(types, key) ? types[key] : undefined
    inputs.set(key, type === undefined ? guess(text) : typed(text, type, key))
  }
  return Object.fromEntries(inputs)
}

function guess(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function typed(text: string, type: InputType, key: string): Json {
  if (type === 'string') return text
  if (type === 'boolean') {
    const word = text.toLowerCase()
    if (YES.has(word)) return true
    if (NO.has(word)) return false
  } else if (text.trim() !== '' && Number.isFinite(Number(text))) {
    return Number(text)
  }
  const expected = type === 'boolean' ? 'true or false' : 'a number'
  throw fail('req-input', {
    message: `The input ${key} takes ${expected}, not ${JSON.stringify(text)}`,
    place: `${key}=${text}`,
  })
}

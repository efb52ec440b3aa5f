import { resolve } from 'node:path'
import { didYouMean, KINDS, type Json } from '@choirmaster/core'
import { fail } from './errors.js'
import { setting, type Setting } from './setting.js'

/**
 * Reads `KIND.OPTION=VALUE`. A value that is valid JSON is taken as such (`5`, `true`, `["a"]`), any other as
 * text; one that starts with `./` or `../` is a path from the current folder.
 * @throws CodedError `config-set`; it never shows the value, which may be secret
 */
export function setOption(text: string, cwd: string): Setting {
  const equals = text.indexOf('=')
  const key = equals < 0 ? text : text.slice(0, equals)
  const path = key.split('.')
  const [kind = '', ...option] = path
  const place = `--set ${key}`
  if (!(KINDS as readonly string[]).includes(kind)) {
    const near = didYouMean(kind, KINDS)
    throw fail('config-set', {
      message: `--set ${key}: there is no ${JSON.stringify(kind)} to set an option of; there are ${KINDS.join(', ')}`,
      place,
      ...(near !== undefined && { hint: near }),
    })
  }
  if (equals < 0) throw fail('config-set', { message: `--set ${key} has no =VALUE`, place })
  if (option.length === 0 || option.includes('')) {
    throw fail('config-set', { message: `--set ${key} does not name an option of ${kind}`, place })
  }
  if (kind === 'reporter' && option.length < 2) {
    throw fail('config-set', {
      message: `--set ${key} does not say which reporter`,
      place,
      hint: 'Write --set reporter.NAME.OPTION=VALUE.',
    })
  }
  const value = text.slice(equals + 1)
  return setting(path, option[0] === 'use' ? value : valueOf(value, cwd), 'flag', place)
}

function valueOf(text: string, cwd: string): Json {
  if (/^\.{1,2}\//.test(text)) return resolve(cwd, text)
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

import type { Json } from '@choirmaster/core/provide'

type Check = (value: Json) => string | undefined
interface Input {
  readonly required?: true
  readonly checks: readonly Check[]
}

const type =
  (name: 'string' | 'boolean' | 'number'): Check =>
  (value) =>
    typeof value === name ? undefined : `value should be a ${name}`
const length =
  (most: number): Check =>
  (value) =>
    String(value).length > most ? `Input string is longer than ${most} character(s)` : undefined
const shellsafe: Check = (value) => {
  const found = ['`', '$', ';', '|', '&&', '>', '<'].find((text) => String(value).includes(text))
  return found === undefined ? undefined : `value should not have ${found} in it`
}
const isName = (text: string): boolean =>
  text.length === 1 ? /^[a-zA-Z]$/.test(text) : /^[a-zA-Z0-9_]+$/.test(text)
const variable: Check = (value) =>
  shellsafe(value) ??
  (isName(String(value)) ? undefined : `Invalid variable name '${String(value)}' specified`)
const tags: Check = (value) => {
  const unsafe = shellsafe(value)
  if (unsafe !== undefined) return unsafe
  const bad = String(value)
    .split(',')
    .flatMap((tag) => tag.split('::'))
    .find((part) => !isName(part))
  return bad === undefined ? undefined : `Invalid variable name '${bad}' specified`
}
const some: Check = (value) => (String(value).length > 0 ? undefined : 'value should match ^.+$')

const text = (most: number, check: Check): Input => ({
  checks: [type('string'), length(most), check],
})
const flag: Input = { checks: [type('boolean')] }

/** Inputs of the puppet agent's DDL 2.5.0 in its order; other keys pass unseen. */
const INPUTS: Readonly<Record<string, Readonly<Record<string, Input>>>> = {
  disable: { message: text(120, shellsafe) },
  enable: {},
  status: {},
  last_run_summary: { logs: flag },
  runonce: {
    force: flag,
    server: text(50, shellsafe),
    tags: text(120, tags),
    skip_tags: text(120, tags),
    noop: flag,
    splay: flag,
    splaylimit: { checks: [type('number')] },
    environment: text(50, variable),
    use_cached_catalog: flag,
  },
  resource: {
    name: { ...text(150, some), required: true },
    type: { ...text(50, some), required: true },
    environment: text(50, variable),
  },
}

export function isAction(action: string): boolean {
  return Object.hasOwn(INPUTS, action)
}

/** What the Ruby side says of bad input (statuscode 4); undefined: it is good. */
export function inputFault(
  action: string,
  data: Readonly<Record<string, Json>>,
): string | undefined {
  for (const [key, input] of Object.entries(INPUTS[action] ?? {})) {
    const value = data[key]
    if (value === undefined) {
      if (input.required) return `Action ${action} needs a ${key} argument`
      continue
    }
    for (const check of input.checks) {
      const fault = check(value)
      if (fault !== undefined) return `Cannot validate input ${key}: ${fault}`
    }
  }
  return undefined
}

import { type CodedError, didYouMean } from '@choirmaster/core'
import { fail } from './errors.js'

/** What the parser of oclif 4 throws, as far as it is read here. */
interface ParserError extends Error {
  readonly oclif?: unknown
  readonly flags?: readonly string[]
  readonly args?: readonly (string | { readonly name: string })[]
}

/**
 * The coded error for what oclif throws on a command line that it cannot parse; undefined for anything else.
 * @param known the flags of the command, without dashes
 * @param command its id
 */
export function usageError(
  error: unknown,
  known: readonly string[],
  command: string,
): CodedError | undefined {
  if (!(error instanceof Error) || (error as ParserError).oclif === undefined) return undefined
  const { flags, args, message } = error as ParserError
  const [flag] = flags ?? []
  if (flag !== undefined) {
    const near = didYouMean(
      flag,
      known.map((name) => `--${name}`),
    )
    return fail('usage-unknown-flag', {
      message: `There is no flag ${(flags ?? []).join(', ')}`,
      place: flag,
      ...(near !== undefined && { hint: near }),
    })
  }
  const [arg] = args ?? []
  if (typeof arg === 'string') {
    const meant = likelyMeant(command, arg)
    return fail('usage-bad-argument', {
      message: `Nothing takes the argument ${arg}`,
      place: arg,
      ...(meant !== undefined && { hint: `Did you mean ${meant}?` }),
    })
  }
  if (arg !== undefined) {
    const name = arg.name.toUpperCase()
    return fail('usage-bad-argument', { message: `The argument ${name} is missing`, place: name })
  }
  // Of several failures of flags at once the first one, below a heading.
  const [heading = '', below] = message.split('\n')
  const missing = /Missing required flag ([\w-]+)/.exec(message)?.[1]
  if (missing !== undefined) {
    const place = `--${missing}`
    return fail('usage-bad-flag', { message: `The flag ${place} is missing`, place })
  }
  const unparsed = /^Parsing (--[\w-]+)/.exec(heading)?.[1]
  if (unparsed !== undefined) {
    return fail('usage-bad-flag', {
      message: `${unparsed} ${below?.trim() ?? 'cannot be used'}`,
      place: unparsed,
    })
  }
  const first = heading.endsWith('occurred:') ? (below ?? heading).trim() : heading
  return fail('usage-bad-flag', {
    message: first,
    place: /--[\w-]+/.exec(message)?.[0] ?? 'command line',
  })
}

/** What the command says another way, of an argument that it does not take. */
function likelyMeant(command: string, word: string): string | undefined {
  switch (command) {
    case 'plan':
      if (/\.ya?ml$/.test(word)) return `\`plan --site ${word}\``
      return word.endsWith('.json')
        ? `\`run ${word}\`, of a plan file, or \`plan --site ${word}\``
        : undefined
    case 'enable':
      return `\`enable --run ${word}\``
    case 'runs':
      return `\`show ${word}\``
    default:
      return undefined
  }
}

/** @param known ids of all commands */
export function unknownCommand(id: string, known: readonly string[]): CodedError {
  const near = didYouMean(id, known)
  return fail('usage-unknown-command', {
    message: `There is no command ${id}`,
    place: id,
    ...(near !== undefined && { hint: near }),
  })
}

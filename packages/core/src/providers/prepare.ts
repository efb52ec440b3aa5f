import { isCodedError, type Problem } from '../errors/coded-error.js'
import { messageOf } from '../errors/message-of.js'
import { boundProblems, problemOf } from '../schema/check-against.js'
import type { Path } from '../schema/json-path.js'
import { loadValidator, type Validator } from '../schema/validator.js'
import type { Violation } from '../schema/violations.js'
import type { AgentHost } from './agent.js'
import type { Call, Host, Json } from './common.js'
import { providerError } from './errors.js'
import type { Kind, Kinds } from './provider.js'
import type { Found, Registry } from './registry.js'

/** A provider that somebody named, with the options that somebody gave. */
export interface Choice<K extends Kind = Kind> {
  readonly kind: K
  readonly name: string
  readonly options: Readonly<Record<string, Json>>
  /** Where the name stands: `choirmaster.yaml:3:3`, `--catalog`. */
  readonly place: string
  /** Where an option stands: `choirmaster.yaml:4:3`, `--set catalog.url`. */
  locate(path: Path): string
}

/** A provider whose options are known to fit: nothing is opened yet. */
export interface Ready<K extends Kind = Kind> {
  readonly choice: Choice<K>
  readonly found: Found<K>
  open(host: K extends 'agent' ? AgentHost : Host, call: Call): Promise<Kinds[K]>
}

/** What each kind must bring along once it is open. */
const MEMBERS: Readonly<Record<Kind, readonly string[]>> = {
  catalog: ['environment'],
  transport: ['request'],
  agent: ['status', 'disable', 'enable', 'requestRun', 'evidence', 'assess', 'progress', 'judge'],
  store: ['create', 'open', 'list', 'lock'],
  reporter: ['report'],
  witness: ['sightings'],
}

/**
 * Loads all providers of a command and validates all their options, before any of them opens or connects.
 * @throws CodedError `provider-unknown`, or `provider-options` with the problems of all providers.
 */
export async function prepareProviders(
  registry: Registry,
  choices: readonly Choice[],
): Promise<readonly Ready[]> {
  const found: Found[] = []
  for (const { kind, name, place } of choices) found.push(await registry.find(kind, name, place))
  const validator = await loadValidator()
  const problems = choices.flatMap((choice, index) =>
    problemsOf(validator, choice, found[index] as Found),
  )
  if (problems.length > 0) throw providerError('provider-options', boundProblems(problems))
  return choices.map((choice, index) => ready(choice, found[index] as Found))
}

function problemsOf(validator: Validator, choice: Choice, found: Found): readonly Problem[] {
  let violations: readonly Violation[]
  try {
    violations = validator.violations(found.provider.options, choice.options)
  } catch (cause) {
    throw brokenProvider(
      choice,
      found,
      `its options schema cannot be used: ${messageOf(cause)}`,
      cause,
    )
  }
  return violations.map((violation) => {
    const problem = problemOf(violation, violation.path, {
      code: 'provider-options',
      place: (path) => choice.locate(path),
    })
    // "$.url must be …" of a document without a top: say whose option it is.
    const message = problem.message.replace(/^\$/, choice.kind)
    return { ...problem, message: `${choice.kind} ${choice.name}: ${message}` }
  })
}

function ready(choice: Choice, found: Found): Ready {
  return {
    choice,
    found,
    async open(host, call) {
      let opened: unknown
      try {
        opened = await found.provider.open(choice.options, host as Host & AgentHost, call)
      } catch (cause) {
        if (isCodedError(cause) || call.signal.aborted) throw cause
        throw brokenProvider(choice, found, `it cannot be opened: ${messageOf(cause)}`, cause)
      }
      const missing = MEMBERS[choice.kind].find(
        (member) =>
          typeof (opened as Record<string, unknown> | null | undefined)?.[member] !== 'function',
      )
      if (missing === undefined) return opened as Kinds[Kind]
      throw brokenProvider(choice, found, `what it opened has no function \`${missing}\``)
    },
  }
}

function brokenProvider(choice: Choice, found: Found, what: string, cause?: unknown): Error {
  return providerError('plugin-invalid', {
    message: `The ${choice.kind} ${choice.name} of ${found.from.package} is broken: ${what}`,
    place: choice.place,
    cause,
  })
}

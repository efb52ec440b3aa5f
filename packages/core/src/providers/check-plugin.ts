import { providerError } from './errors.js'
import { KINDS, type AnyProvider, type Kind, type Plugin } from './provider.js'

/** The version of the plugin contract that this core keeps. */
export const CONTRACT = 1

/** A word that can stand on a command line and in a path of `--set`. */
const PROVIDER_NAME = /^[a-z][a-z0-9-]*$/

/** Who exported something, for messages. */
export interface Exporter {
  /** Name or path of the package, as the configuration gives it. */
  readonly package: string
  /** Where it was named: `choirmaster.yaml:9:5`. */
  readonly place?: string
}

/**
 * Checks what a plugin package exports by default. It was written by somebody else and against another copy of
 * core, so nothing is taken for granted.
 * @throws CodedError `plugin-contract` naming both versions, or `plugin-invalid` saying what is missing.
 */
export function checkPlugin(value: unknown, from: Exporter): Plugin {
  if (!isRecord(value)) {
    throw invalid(from, 'has no default export that is a plugin object')
  }
  const { contract, name, providers } = value
  if (typeof contract !== 'number') {
    throw invalid(
      from,
      'does not say which version of the contract it keeps: `contract: 1` is missing',
    )
  }
  if (contract !== CONTRACT) throw otherContract(from, contract)
  if (typeof name !== 'string' || name === '') throw invalid(from, 'has no `name`')
  if (!Array.isArray(providers)) throw invalid(from, 'has no list `providers`')
  providers.forEach((provider, index) => checkProvider(provider, `providers[${index}]`, from))
  return value as unknown as Plugin
}

/** Checks one provider. @throws CodedError `plugin-invalid` */
export function checkProvider(value: unknown, what: string, from: Exporter): AnyProvider {
  if (!isRecord(value)) throw invalid(from, `exports ${what}, which is no provider object`)
  const { kind, name, summary, options, open } = value
  if (!KINDS.includes(kind as Kind)) {
    throw invalid(from, `exports ${what} of kind ${shown(kind)}; there are ${KINDS.join(', ')}`)
  }
  if (typeof name !== 'string' || !PROVIDER_NAME.test(name)) {
    throw invalid(
      from,
      `exports ${what} with the name ${shown(name)}; a name is small letters, digits and dashes`,
    )
  }
  if (typeof summary !== 'string') throw invalid(from, `exports ${what} without a \`summary\``)
  if (!isRecord(options) || !isRecord(options['json'])) {
    throw invalid(from, `exports ${what} without an options schema: \`options: schema({ … })\``)
  }
  if (typeof open !== 'function') throw invalid(from, `exports ${what} without a function \`open\``)
  return value as unknown as AnyProvider
}

function otherContract(from: Exporter, contract: number): Error {
  const older = contract < CONTRACT
  return providerError('plugin-contract', {
    message: `The plugin ${from.package} keeps contract ${contract}; this choirmaster keeps contract ${CONTRACT}`,
    hint: older
      ? `Install a newer version of ${from.package}, or an older choirmaster.`
      : `Install a newer choirmaster, or an older version of ${from.package}.`,
    ...placed(from),
  })
}

function invalid(from: Exporter, what: string): Error {
  return providerError('plugin-invalid', {
    message: `The plugin ${from.package} ${what}`,
    ...placed(from),
  })
}

function placed(from: Exporter): { place?: string } {
  return from.place === undefined ? {} : { place: from.place }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value)
}

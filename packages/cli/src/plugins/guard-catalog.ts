import {
  isCodedError,
  parseEnvironment,
  type CatalogSource,
  type Environment,
  type Ready,
} from '@choirmaster/core'
import { fail } from './errors.js'

type Read = CatalogSource['environment']

/**
 * A plugin's source whose answers are checked and whose faults are told as its own. The built-in sources check
 * what they read themselves, and a big document is not checked twice.
 */
export function guardedCatalog(source: CatalogSource, { choice, found }: Ready): CatalogSource {
  const who = `the catalog ${choice.name} of ${found.from.package}`
  const guarded =
    (read: Read): Read =>
    async (name, call): Promise<Environment> => {
      let answer: unknown
      try {
        answer = await read(name, call)
      } catch (cause) {
        if (isCodedError(cause) || call.signal.aborted) throw cause
        const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
        const message = `The graph cannot be read from ${who}: ${reason}`
        throw fail('plugin-failed', { message, place: choice.place, cause })
      }
      return parseEnvironment(answer, { source: `The answer of ${who}` })
    }
  return {
    environment: guarded((name, call) => source.environment(name, call)),
    ...(source.afterRun !== undefined && {
      afterRun: guarded((name, call) => (source.afterRun as Read).call(source, name, call)),
    }),
    ...(source.findings !== undefined && { findings: () => source.findings?.() ?? new Map() }),
    ...(source.sourcesOf !== undefined && {
      sourcesOf: (component: string) => source.sourcesOf?.(component) ?? [],
    }),
  }
}

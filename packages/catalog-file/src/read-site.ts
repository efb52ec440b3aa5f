import { parseEnvironment, type Environment } from '@choirmaster/core'
import { readDocumentFile, type ReadDocument } from '@choirmaster/document'
import { fail } from './errors.js'

/** Puppet's own default. */
const DEFAULT_ENVIRONMENT = 'production'

export interface SiteRequest {
  /** The environment that was asked for; undefined: whatever the file holds. */
  readonly environment: string | undefined
  /** What places and messages call the file. */
  readonly name: string
  readonly signal: AbortSignal
}

/**
 * Reads a site file: YAML, or JSON exactly as Puppet's environment API answers it. The file need not say which
 * environment it is of.
 * @throws CodedError `document-*`, `environment-invalid` with lines and columns, `site-empty`, `site-other-environment`
 */
export async function readSite(path: string, request: SiteRequest): Promise<Environment> {
  const { name, signal } = request
  const site = await readDocumentFile(path, { name, signal })
  if (site.value === null) {
    throw fail('site-empty', { message: `${name} holds no site`, place: name })
  }
  const environment = await parseEnvironment(named(site.value, request.environment), {
    source: name,
    locate: (steps) => site.locate(steps),
  })
  refuseOther(environment, site, request)
  return environment
}

/** The document with a name, where it has none of its own. */
function named(value: unknown, requested: string | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (Object.hasOwn(value, 'environment')) return value
  return { environment: requested ?? DEFAULT_ENVIRONMENT, ...value }
}

function refuseOther(environment: Environment, site: ReadDocument, request: SiteRequest): void {
  const requested = request.environment
  if (requested === undefined || requested === environment.environment) return
  throw fail('site-other-environment', {
    message: `${request.name} holds the environment ${environment.environment}, not ${requested}`,
    place: site.locate(['environment']),
  })
}

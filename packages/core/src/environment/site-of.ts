import { InternalError } from '../errors/internal-error.js'
import type { Environment } from './environment.js'
import { indexSite, type SiteIndex } from './site-index.js'

/** Kept while the environment is: to be checked it was read once, and planning shall not read it again. */
const known = new WeakMap<object, SiteIndex>()

/** Reads a document and keeps what it found: whether it is an environment. It must not be changed from now on. */
export function checkSite(document: unknown): document is Environment {
  if (typeof document === 'object' && document !== null && known.has(document)) return true
  const site = indexSite(document)
  if (site === undefined) return false
  keepSite(document as Environment, site)
  return true
}

/** Keeps what an environment is in numbers. It must not be changed from now on. */
export function keepSite(environment: Environment, site: SiteIndex): void {
  known.set(environment, site)
}

/** The index of an environment, checked or made by a program. */
export function siteOf(environment: Environment): SiteIndex {
  const site = known.get(environment) ?? indexSite(environment)
  if (site === undefined)
    throw new InternalError('An environment was planned that breaks its schema')
  return site
}

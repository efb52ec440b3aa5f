import { InternalError } from '../errors/internal-error.js'
import type { Environment } from './environment.js'
import { indexSite, type SiteIndex } from './site-index.js'

/** Kept while the environment is: to be checked it was read once, and planning shall not read it again. */
const known = new WeakMap<object, SiteIndex>()

/** Reads a document and keeps what it found: whether it is an environment. It must not be changed from now on. */
export function checkSite(document: unknown): document is Environment {
  const site = indexSite(document)
  if (site === undefined) return false
  known.set(document as object, site)
  return true
}

/** The index of an environment, checked or made by a program. */
export function siteOf(environment: Environment): SiteIndex {
  const site = known.get(environment) ?? indexSite(environment)
  if (site === undefined)
    throw new InternalError('An environment was planned that breaks its schema')
  return site
}

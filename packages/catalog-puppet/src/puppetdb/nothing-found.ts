import { didYouMean } from '@choirmaster/core'
import type { Row } from '@choirmaster/puppet-client'
import type { CodedError } from '@choirmaster/core/provide'
import { puppetDbError, puppetDbErrors } from './errors.js'
import { count, someOf } from './names.js'

/** Of each environment so many nodes are named. */
const MOST_NODES = 3

export interface NothingFound {
  readonly environment: string
  readonly type: string
  /** `host:port`. */
  readonly server: string
  /** All living nodes: `certname`, `catalog_environment`. */
  readonly nodes: readonly Row[]
}

function environmentsOf(nodes: readonly Row[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { certname, catalog_environment: name } of nodes) {
    if (typeof name !== 'string') continue // facts came, but no catalog yet
    const names = found.get(name) ?? []
    names.push(String(certname))
    found.set(name, names)
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Why a query for components found none: PuppetDB answers `[]` to a wrong environment and a missing module alike. */
export function nothingFound({ environment, type, server, nodes }: NothingFound): CodedError {
  const place = '--environment'
  if (nodes.length === 0) {
    return puppetDbError('puppetdb-empty', { message: `${server} knows no node`, place: server })
  }
  const found = environmentsOf(nodes)
  const here = found.get(environment)
  if (here !== undefined) {
    return puppetDbError('puppetdb-no-components', {
      message: `None of the ${count(here.length, 'node')} of the environment "${environment}" declares a ${type}: ${someOf(here)}`,
      place,
    })
  }
  const others = [...found].map(
    ([name, names]) => `${name} (${count(names.length, 'node')}: ${someOf(names, MOST_NODES)})`,
  )
  const there =
    others.length === 0
      ? `none of its ${count(nodes.length, 'node')} has a catalog yet`
      : `it has ${someOf(others)}`
  const meant = didYouMean(environment, found.keys())
  return puppetDbError('puppetdb-environment', {
    message: `${server} has no catalog of the environment "${environment}"; ${there}`,
    place,
    hint: meant ?? puppetDbErrors['puppetdb-environment'].hint,
  })
}

import { schema } from '@choirmaster/core/provide'
import {
  type AccessOptions,
  IDENTITY_SCHEMAS,
  timeoutSchema,
  urlSchema,
} from '@choirmaster/puppet-client'
import { CERTNAME } from './reference.js'

/** Options of the catalog source `puppetdb`. All have defaults. */
export interface PuppetDbCatalogOptions extends AccessOptions {
  readonly type?: string
  /** Seconds. */
  readonly maxAge?: number
  /** Which nodes are compiled now: all of the environment, or these certnames. */
  readonly fresh?: boolean | readonly string[]
  /** Address of Puppet Server, which compiles. */
  readonly serverUrl?: string
  readonly persist?: boolean
  readonly concurrency?: number
  /** Seconds. */
  readonly compileTimeout?: number
  /** Types of exported resources that make edges. */
  readonly exported?: readonly string[]
}

/** The defined type of the Puppet module that comes with this package. */
export const DEFAULT_TYPE = 'Choirmaster::Component'

/**
 * Default of `timeout`, seconds, of each query. A PuppetDB on a slow machine gave 5,000 rows in half a second, so
 * a full page takes two; the rest is for one that is busy storing catalogs.
 */
export const DEFAULT_TIMEOUT = 60

/** Most compilations at once: Puppet Server has one to four compilers where nobody said otherwise, and queues the rest. */
export const DEFAULT_CONCURRENCY = 4

/**
 * Default of `compileTimeout`, seconds, of each compilation. The first of a server that has just started took 13 s on
 * a busy machine, and it may wait behind as many others as are asked for at once.
 */
export const DEFAULT_COMPILE_TIMEOUT = 120

/** PuppetDB knows types in this form only; in lower case nothing matches. */
const TYPE = {
  type: 'string',
  pattern: '^[A-Z]\\w*(::[A-Z]\\w*)*$',
  expected: 'a type with a capital letter on each part, such as Choirmaster::Component',
}

export const puppetDbCatalogOptions = schema<PuppetDbCatalogOptions>({
  type: 'object',
  additionalProperties: false,
  properties: {
    url: urlSchema(
      'https://puppetdb.example.net:8081',
      'PuppetDB, such as https://puppetdb.example.net:8081. Default: plugin.choria.puppetdb_host and _port of ' +
        'Choria, SRV records of _x-puppet-db._tcp, those of _x-puppet._tcp with port 8081, puppet:8081.',
    ),
    type: {
      ...TYPE,
      default: DEFAULT_TYPE,
      description: 'The defined type whose resources are the components.',
    },
    maxAge: {
      type: 'number',
      exclusiveMinimum: 0,
      description:
        'Seconds: nodes that sent no report for so long are listed as not ready. Default: none are. Flag: `--max-age`',
    },
    fresh: {
      type: ['boolean', 'array'],
      items: { type: 'string', pattern: CERTNAME.source, expected: 'a certname' },
      default: false,
      description:
        'Which nodes are compiled now, in place of what PuppetDB has of them: `true` for all of the environment, or a list of certnames. Flag: `--fresh`',
    },
    serverUrl: urlSchema(
      'https://puppet.example.net:8140',
      'Puppet Server, which compiles where `fresh` is set. Default: as `url` of the source `puppet`.',
    ),
    persist: {
      type: 'boolean',
      default: false,
      description: 'Have PuppetDB keep what is compiled, as if the nodes had run.',
    },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: 64,
      default: DEFAULT_CONCURRENCY,
      description: 'Most compilations at once.',
    },
    compileTimeout: timeoutSchema(
      DEFAULT_COMPILE_TIMEOUT,
      'Seconds to wait for the answer of each compilation.',
    ),
    exported: {
      type: 'array',
      items: TYPE,
      description:
        'Types of exported resources, such as Haproxy::Balancermember: each node that collected one waits for the node that exports it. Default: none',
    },
    ...IDENTITY_SCHEMAS,
    timeout: timeoutSchema(DEFAULT_TIMEOUT, 'Seconds to wait for the answer of each query.'),
  },
})

import { schema } from '@choirmaster/core/provide'
import {
  type AccessOptions,
  IDENTITY_SCHEMAS,
  timeoutSchema,
  urlSchema,
} from '@choirmaster/puppet-client'

/** Options of the catalog source `puppetdb`. All have defaults. */
export interface PuppetDbCatalogOptions extends AccessOptions {
  readonly type?: string
  /** Seconds. */
  readonly maxAge?: number
}

/** The defined type of the Puppet module that comes with this package. */
export const DEFAULT_TYPE = 'Choirmaster::Component'

/**
 * Default of `timeout`, seconds, of each query. A PuppetDB on a slow machine gave 5,000 rows in half a second, so
 * a full page takes two; the rest is for one that is busy storing catalogs.
 */
export const DEFAULT_TIMEOUT = 60

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
      type: 'string',
      // PuppetDB knows types in this form only; in lower case nothing matches.
      pattern: '^[A-Z]\\w*(::[A-Z]\\w*)*$',
      expected: 'a type with a capital letter on each part, such as Choirmaster::Component',
      default: DEFAULT_TYPE,
      description: 'The defined type whose resources are the components.',
    },
    maxAge: {
      type: 'number',
      exclusiveMinimum: 0,
      description:
        'Seconds: nodes that sent no report for so long are named in a warning. Default: none are.',
    },
    ...IDENTITY_SCHEMAS,
    timeout: timeoutSchema(DEFAULT_TIMEOUT, 'Seconds to wait for the answer of each query.'),
  },
})

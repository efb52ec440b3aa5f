import { schema } from '@choirmaster/core/provide'
import {
  type AccessOptions,
  IDENTITY_SCHEMAS,
  timeoutSchema,
  urlSchema,
} from '@choirmaster/puppet-client'

/** Options of the catalog source `puppet`. All have defaults. */
export type PuppetCatalogOptions = AccessOptions

/**
 * Default of `timeout`, seconds. A server that has just started took 90 s to compile 3,400 components on 2,000
 * nodes on a busy machine of two cores; this leaves room for three times that.
 */
export const DEFAULT_TIMEOUT = 300

export const puppetCatalogOptions = schema<PuppetCatalogOptions>({
  type: 'object',
  additionalProperties: false,
  properties: {
    url: urlSchema(
      'https://puppet.example.net:8140',
      'Puppet Server, such as https://puppet.example.net:8140. Default: plugin.choria.puppetserver_host and ' +
        '_port of Choria, SRV records of _x-puppet._tcp, puppet:8140.',
    ),
    ...IDENTITY_SCHEMAS,
    timeout: timeoutSchema(
      DEFAULT_TIMEOUT,
      'Seconds to wait for an answer: each compiles the whole environment.',
    ),
  },
})

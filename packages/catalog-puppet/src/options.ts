import { schema } from '@choirmaster/core/provide'
import { ADDRESS } from './http/address.js'

/** Options of the catalog source `puppet`. All have defaults; relative paths start at the file that names the source. */
export interface PuppetCatalogOptions {
  readonly url?: string
  readonly certname?: string
  readonly ssldir?: string
  readonly certificate?: string
  readonly key?: string
  readonly ca?: string
  readonly crl?: string
  readonly timeout?: number
  readonly choriaConfig?: string
}

/**
 * Default of `timeout`, seconds. A server that has just started took 90 s to compile 3,400 components on 2,000
 * nodes on a busy machine of two cores; this leaves room for three times that.
 */
export const DEFAULT_TIMEOUT = 300

const path = (description: string): object => ({ type: 'string', minLength: 1, description })

export const puppetCatalogOptions = schema<PuppetCatalogOptions>({
  type: 'object',
  additionalProperties: false,
  properties: {
    url: {
      type: 'string',
      pattern: ADDRESS,
      expected: 'an address such as https://puppet.example.net:8140',
      description:
        'Puppet Server, such as https://puppet.example.net:8140. Default: plugin.choria.puppetserver_host and ' +
        '_port of Choria, SRV records of _x-puppet._tcp, puppet:8140.',
    },
    certname: {
      type: 'string',
      pattern: '^\\w[\\w.\\-]*$',
      expected: 'a certificate name such as rip.mcollective',
      description: 'Name of the certificate. Default: MCOLLECTIVE_CERTNAME, else USER.mcollective.',
    },
    ssldir: path("SSL folder in Puppet's layout. Default: that of Choria."),
    certificate: path('Certificate, PEM. Default: certs/CERTNAME.pem in the SSL folder.'),
    key: path('Private key, PEM. Default: private_keys/CERTNAME.pem in the SSL folder.'),
    ca: path('Certificates of the CA, PEM. Default: certs/ca.pem in the SSL folder.'),
    crl: path('Revocation lists, PEM. Default: crl.pem in the SSL folder, where it exists.'),
    timeout: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 86_400,
      default: DEFAULT_TIMEOUT,
      description: 'Seconds to wait for an answer: each compiles the whole environment.',
    },
    choriaConfig: path(
      "Choria's client configuration. Default: as the choria command finds it (~/.choriarc, /etc/choria/client.conf …).",
    ),
  },
})

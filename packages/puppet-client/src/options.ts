import { ADDRESS } from './address.js'

/** Options of both sources: which server, and as whom. Relative paths start at the file that names the source. */
export interface AccessOptions {
  readonly url?: string
  readonly certname?: string
  readonly ssldir?: string
  readonly certificate?: string
  readonly key?: string
  readonly ca?: string
  readonly crl?: string
  /** Seconds. */
  readonly timeout?: number
  readonly choriaConfig?: string
}

const path = (description: string): object => ({ type: 'string', minLength: 1, description })

/** JSON Schema of `url`. @param example the address of such a server */
export function urlSchema(example: string, description: string): object {
  return {
    type: 'string',
    pattern: ADDRESS,
    expected: `an address such as ${example}`,
    description,
  }
}

/** JSON Schema of `timeout`. @param seconds its default */
export function timeoutSchema(seconds: number, description: string): object {
  return {
    type: 'number',
    exclusiveMinimum: 0,
    maximum: 86_400,
    default: seconds,
    description,
  }
}

/** JSON Schemas of the options that say who asks. */
export const IDENTITY_SCHEMAS = {
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
  choriaConfig: path(
    "Choria's client configuration. Default: as the choria command finds it (~/.choriarc, /etc/choria/client.conf …).",
  ),
}

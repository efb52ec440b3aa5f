import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of what PuppetDB refuses. */
export const puppetDbClientErrors = {
  'puppetdb-forbidden': {
    title: 'PuppetDB does not allow our certificate',
    hint: "Add the certificate's name to the file that certificate-allowlist names in [puppetdb] of PuppetDB's configuration, and restart it.",
    exit: 1,
  },
  'puppetdb-query-rejected': {
    title: 'PuppetDB does not understand the query',
    hint: 'PQL came with PuppetDB 4: check the version. If it is newer, report this with the message.',
    exit: 1,
  },
  'puppetdb-not-there': {
    title: 'There is no PuppetDB at this address',
    hint: "PuppetDB's TLS port is 8081, Puppet Server's 8140: check the address.",
    exit: 1,
  },
  'puppetdb-unavailable': {
    title: 'PuppetDB cannot answer now',
    hint: "It may be starting, or its database be away: try again, or look at PuppetDB's log.",
    exit: 1,
  },
} as const satisfies ErrorTable

export const puppetDbError = errorMaker(puppetDbClientErrors)

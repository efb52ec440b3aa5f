import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of what can go wrong when catalogs are compiled anew. */
export const freshErrors = {
  'fresh-forbidden': {
    title: 'Puppet Server does not let our certificate have catalogs compiled',
    hint: 'Add a rule for the certificate to its auth.conf; see docs/puppetdb.md.',
    exit: 1,
  },
  'fresh-not-there': {
    title: 'The server cannot compile catalogs for others',
    hint: 'POST /puppet/v4/catalog came with Puppet Server 6.3. With an older one plan without --fresh.',
    exit: 1,
  },
  'fresh-compile-failed': {
    title: 'The catalog of a node cannot be compiled',
    hint: "Correct the code, or leave the node out with the option fresh: the message is Puppet's own, and the server's log has more.",
    exit: 1,
  },
  'fresh-busy': {
    title: 'Puppet Server has no capacity for compilations now',
    hint: 'Try again in a while, or lower the option concurrency.',
    exit: 1,
  },
  'fresh-answer': {
    title: 'A catalog that was compiled cannot be read',
    hint: 'Check that the address is that of a Puppet Server and that no proxy changes answers.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const freshError = errorMaker(freshErrors)

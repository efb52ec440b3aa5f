import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of Puppet Server's environment API. */
export const catalogPuppetErrors = {
  'puppet-environment-name': {
    title: 'This can be no name of a Puppet environment',
    hint: 'Names of environments are letters, digits and underscores.',
    exit: 1,
  },
  'puppet-forbidden': {
    title: 'Puppet Server does not allow our certificate to read the environment',
    hint: 'Add a rule for the certificate to its auth.conf; see docs/puppet-server.md.',
    exit: 1,
  },
  'puppet-environment-unknown': {
    title: 'Puppet Server has no such environment',
    hint: 'Check the name given with --environment, and that the code is deployed on this server.',
    exit: 1,
  },
  'puppet-environment-api-off': {
    title: 'Puppet Server does not know the path of the environment API',
    hint: 'It came with Puppet 4.3. From 4.3 to 4.10 set app_management = true in [master] of puppet.conf and restart the server.',
    exit: 1,
  },
  'puppet-environment-api-gone': {
    title: 'This server has no environment API, as it was removed in Puppet 7',
    hint: 'Take the graph from PuppetDB (--catalog puppetdb) or from a site file (--site site.yaml).',
    exit: 1,
  },
  'puppet-request-rejected': {
    title: 'Puppet Server rejected the request',
    hint: 'Check that the address is that of a Puppet Server and that no proxy changes the request.',
    exit: 1,
  },
  'puppet-compile-failed': {
    title: 'Puppet cannot compile the environment',
    hint: "Correct the code: the message is Puppet's own. The server's log has more.",
    exit: 1,
  },
  'puppet-busy': {
    title: 'Puppet Server has no capacity now, or is starting',
    hint: 'Try again in a while; with more than a few concurrent compilations raise max-active-instances.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const catalogError = errorMaker(catalogPuppetErrors)

import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of what can go wrong between us and a server of Puppet, whatever it is asked. */
export const puppetClientErrors = {
  'puppet-unreachable': {
    title: 'No Puppet Server, or no PuppetDB, could be reached',
    hint: 'Check that the server runs and that no firewall is in between, or name another with url.',
    exit: 1,
  },
  'puppet-timeout': {
    title: 'The server did not answer in time',
    hint: 'Raise the option timeout, or look at the load of the server. Puppet Server compiles the whole environment for each request, which takes minutes for thousands of nodes.',
    exit: 1,
  },
  'puppet-connection-lost': {
    title: 'The connection ended before the answer was complete',
    hint: 'A server also closes it when it does not accept the certificate (another CA, expired, revoked). Its log says which; otherwise it may be restarting: try again.',
    exit: 1,
  },
  'puppet-tls-ca': {
    title: "The server's certificate is not from the CA that we know",
    hint: "Since Puppet Server 6 the CA is a root and an intermediate, and ca.pem holds both: copy certs/ca.pem whole from a node of this server. If it is, make sure that this is your server's address.",
    exit: 1,
  },
  'puppet-tls-crl': {
    title: 'Revocation cannot be checked with the lists that we have',
    hint: 'One valid list is needed for each CA, root and intermediate.',
    exit: 1,
  },
  'puppet-tls-revoked': {
    title: "The server's certificate has been revoked",
    hint: 'Do not go on with this server: have its certificate replaced, or find out who answers at its address.',
    exit: 1,
  },
  'puppet-tls-name': {
    title: "The server's certificate is for another name",
    hint: 'Use one of the names in the certificate, or have it issued again with dns_alt_names.',
    exit: 1,
  },
  'puppet-tls-expired': {
    title: "The server's certificate, or its CA's, is not valid now",
    hint: 'Check the clock of this machine; otherwise the certificate has to be renewed on the server.',
    exit: 1,
  },
  'puppet-tls-refused': {
    title: 'The server does not accept our certificate',
    hint: 'It must be issued by the CA of this server, valid and not revoked: `choirmaster enroll` gets one.',
    exit: 1,
  },
  'puppet-tls': {
    title: 'No TLS connection could be made',
    hint: "Check host and port: Puppet Server's TLS port is 8140, that of PuppetDB 8081.",
    exit: 1,
  },
  'puppet-answer-unexpected': {
    title: 'The answer is not one of Puppet Server or PuppetDB',
    hint: 'Check the address, and that no proxy answers in place of the server.',
    exit: 1,
  },
  'puppet-answer-too-large': {
    title: 'The answer is larger than that of any site',
    hint: 'Check that the address is that of your own server.',
    exit: 1,
  },
  'puppet-answer-malformed': {
    title: "The server's document cannot be read",
    hint: 'Try again; if it stays so, keep the answer and report it.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const puppetError = errorMaker(puppetClientErrors)

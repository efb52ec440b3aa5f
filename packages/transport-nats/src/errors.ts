import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of what can be wrong between the operator and Choria's brokers and servers. */
export const transportErrors = {
  'transport-federation': {
    title: 'Choria is configured for a federation, which this transport does not speak',
    hint: 'Connect to the collective itself: remove plugin.choria.federation.collectives (or CHORIA_FED_COLLECTIVE) and name its brokers in plugin.choria.middleware_hosts.',
    exit: 3,
  },
  'transport-anonymous-tls': {
    title: 'Choria is configured for anonymous TLS, which this transport does not speak',
    hint: 'Remove plugin.security.client_anon_tls, and connect with a certificate, or with tokens under the provider choria.',
    exit: 3,
  },
  'transport-nats-login': {
    title:
      'Choria is configured to log in to the broker by password or credentials file, which this transport does not do',
    hint: 'Remove the setting: the broker must know the operator by a certificate, or by a token under the provider choria.',
    exit: 3,
  },
  'transport-provider': {
    title: "Choria's security provider is one that this transport does not know",
    hint: 'Known are puppet and file (x509 certificates) and choria (JSON Web Tokens).',
    exit: 1,
  },
  'transport-setting': {
    title: "A setting of Choria's client configuration has a value that cannot be used",
    hint: 'Correct the line.',
    exit: 1,
  },
  'transport-collective': {
    title: 'The collective is not one that the configuration knows',
    hint: "Name one of the setting collectives, or add it there: Choria's servers drop requests to other collectives without an answer.",
    exit: 1,
  },
  'transport-certname': {
    title: "The name of the operator's certificate is not one that Choria's servers accept",
    hint: 'Enroll as a user whose certificate ends in .mcollective or .choria (`choirmaster enroll`). Where the servers accept other names, put their plugin.choria.security.certname_whitelist into the client configuration too.',
    exit: 1,
  },
  'transport-certname-mismatch': {
    title: 'The certificate is not of the name that requests would carry',
    hint: 'Set MCOLLECTIVE_CERTNAME (or the option certname) to the common name of the certificate.',
    exit: 1,
  },
  'transport-key-type': {
    title: "The operator's private key is not RSA",
    hint: "Choria's protocol v1 knows RSA only: enroll again with an RSA key.",
    exit: 1,
  },
  'transport-token-file': {
    title: 'The token or the seed of the operator cannot be used',
    hint: 'Check plugin.security.choria.token_file and seed_file; `choria login` renews a token that a login service made.',
    exit: 1,
  },
  'transport-token-expired': {
    title: "The operator's token has expired or is not valid yet",
    hint: 'Renew it with `choria login`, or have a new one made with `choria jwt client`; check the clock of this machine.',
    exit: 1,
  },
  'transport-token-permission': {
    title: "The operator's token does not allow to manage the fleet",
    hint: 'Have a token made with the permission fleet_management (`choria jwt client … --fleet-management`).',
    exit: 1,
  },
  'transport-signer-service': {
    title: 'Requests shall be signed by a service over RPC, which this transport does not speak',
    hint: 'Set plugin.choria.security.request_signer.url to the HTTPS address of the signing service.',
    exit: 3,
  },
  'transport-signer-address': {
    title: 'The address of the signing service cannot be used',
    hint: "Give an https:// address: the operator's token goes there. http:// is for a service on this machine only.",
    exit: 1,
  },
  'transport-signer-failed': {
    title: 'The signing service did not sign the request',
    hint: 'Check plugin.choria.security.request_signer.url and the token, which `choria login` renews.',
    exit: 3,
  },
  'transport-server-address': {
    title: 'The address of a broker cannot be used',
    hint: 'Write host:port or nats://host:port; the port is mandatory.',
    exit: 1,
  },
  'transport-no-broker': {
    title: 'No broker can be reached',
    hint: 'Check plugin.choria.middleware_hosts (or the SRV records) and that a broker listens there.',
    exit: 1,
  },
  'transport-broker-unreachable': {
    title: 'the broker cannot be reached',
    hint: 'Check plugin.choria.middleware_hosts (or the SRV records), and that a broker listens there with TLS.',
    exit: 1,
  },
  'transport-broker-untrusted': {
    title: "the broker's certificate is not one that our CA vouches for",
    hint: "The CA file must be that of the broker's estate, and the broker's certificate valid now: compare the issuers with `openssl s_client -starttls nats`, or fetch the CA anew with `choirmaster enroll`.",
    exit: 1,
  },
  'transport-broker-name': {
    title: "the broker's certificate is of another name",
    hint: "Write the broker's address as its certificate names it.",
    exit: 1,
  },
  'transport-certificate-refused': {
    title: 'the broker does not accept our certificate',
    hint: "It must be signed by the CA that the broker trusts, and be valid by the broker's clock.",
    exit: 1,
  },
  'transport-login-refused': {
    title: 'the broker does not let us in',
    hint: "Look into the broker's log; a token must be signed by an issuer that the broker knows.",
    exit: 1,
  },
  'transport-disconnected': {
    title: 'The connection to the broker is down',
    hint: 'Wait until the broker is back: the connection is tried again until it is up.',
    exit: 1,
  },
  'transport-denied': {
    title: 'The broker does not allow what this transport needs',
    hint: "The broker's permissions must let this caller publish to COLLECTIVE.node.> and COLLECTIVE.broadcast.agent.> and subscribe to COLLECTIVE.reply.>.",
    exit: 3,
  },
  'transport-node-name': {
    title: 'The name of a node cannot be a Choria identity',
    hint: 'Identities are host names: letters, digits, dots, dashes and underscores.',
    exit: 1,
  },
  'transport-discovery-size': {
    title: 'More nodes answered the discovery than there can be',
    hint: 'Somebody in the collective answers under made-up names: find out who, or use a catalog source that knows the nodes.',
    exit: 3,
  },
  'transport-request-size': {
    title: 'The request is larger than the broker takes',
    hint: "Make its inputs smaller, or raise the broker's max_payload.",
    exit: 3,
  },
} as const satisfies ErrorTable

export const transportError = errorMaker(transportErrors)

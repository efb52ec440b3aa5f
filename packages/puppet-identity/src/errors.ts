import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of everything that can be wrong with the operator's identity before any connection is made. */
export const puppetIdentityErrors = {
  'identity-config-unreadable': {
    title: "Choria's client configuration cannot be read",
    hint: 'Correct the path, or make the file readable for the user who runs this.',
    exit: 1,
  },
  'identity-config-value': {
    title: "A setting in Choria's client configuration has a value that cannot be used",
    hint: 'Correct the line.',
    exit: 1,
  },
  'identity-certname': {
    title: 'The certificate name cannot be used',
    hint: 'Give a name such as rip.mcollective: letters, digits, dot, underscore and dash.',
    exit: 1,
  },
  'identity-provider': {
    title: "Choria's security provider keeps no certificate in files",
    hint: "Name the operator's files with the options certificate, key and ca, or an SSL folder with ssldir.",
    exit: 1,
  },
  'identity-certificate-missing': {
    title: 'The operator has no certificate',
    hint: 'Run `choirmaster enroll`, or `choria enroll`, as this user and have the request signed by the Puppet CA.',
    exit: 1,
  },
  'identity-key-missing': {
    title: "The certificate's private key is missing",
    hint: 'Restore it, or run `choirmaster enroll` for a new certificate after the CA has cleaned the old one.',
    exit: 1,
  },
  'identity-ca-missing': {
    title: 'The certificate of the Puppet CA is missing',
    hint: 'Run `choirmaster enroll`, which fetches it, or copy certs/ca.pem from a Puppet node. Without it no server can be verified.',
    exit: 1,
  },
  'identity-crl-missing': {
    title: 'The file of revocation lists that was named does not exist',
    hint: 'Correct the option crl, or leave it out: <ssldir>/crl.pem is used when it is there.',
    exit: 1,
  },
  'identity-file-unreadable': {
    title: 'A file of the identity cannot be read',
    hint: 'Make it readable for the user who runs this.',
    exit: 1,
  },
  'identity-pem': {
    title: 'A file of the identity does not hold what it should',
    hint: 'It must be PEM text: one or more blocks between -----BEGIN …----- and -----END …-----.',
    exit: 1,
  },
  'identity-key-encrypted': {
    title: 'The private key is behind a passphrase',
    hint: 'Use a key without one, as `choirmaster enroll` makes it, and protect it by file permissions.',
    exit: 1,
  },
  'identity-key-mismatch': {
    title: 'Certificate and private key do not belong together',
    hint: 'Take both from the same enrollment; where the key is lost, have the CA clean the name and run `choirmaster enroll` again.',
    exit: 1,
  },
  'identity-certificate-expired': {
    title: "The operator's certificate has expired",
    hint: 'Have the CA clean the name (`puppetserver ca clean --certname NAME`), move the certificate away, and run `choirmaster enroll` again.',
    exit: 1,
  },
  'identity-certificate-early': {
    title: "The operator's certificate is not valid yet",
    hint: 'Check the clock of this machine and that of the CA.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const identityError = errorMaker(puppetIdentityErrors)

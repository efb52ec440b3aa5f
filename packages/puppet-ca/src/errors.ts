import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of what can keep an operator from getting a certificate. */
export const puppetCaErrors = {
  'enroll-provider': {
    title: "Choria's security provider takes no certificate of the Puppet CA",
    hint: 'Name an SSL folder with --ssldir; tokens of Choria come from its own login.',
    exit: 1,
  },
  'enroll-key': {
    title: 'The private key that is there cannot be used',
    hint: "It must be an RSA key without a passphrase, in PEM: Choria's servers verify RSA signatures only. Move it away to have a new one made.",
    exit: 1,
  },
  'enroll-ca-unverified': {
    title: 'Nobody has said that this is the right CA',
    hint: 'Compare the fingerprint with the one on the CA server, and give it with --ca-fingerprint.',
    exit: 3,
  },
  'enroll-ca-fingerprint': {
    title: 'The CA is another one than the fingerprint names',
    hint: 'Check the address of the CA, and the fingerprint there. If both are right somebody else answers in its place: do not go on.',
    exit: 3,
  },
  'enroll-ca-unavailable': {
    title: 'There is no Puppet CA at this address',
    hint: 'Name the CA server with --server; in Choria it is plugin.choria.puppetca_host.',
    exit: 1,
  },
  'enroll-waiting': {
    title: 'The request waits for its signature',
    hint: 'Have it signed on the CA server, `puppetserver ca sign --certname NAME`, and run this again.',
    exit: 1,
  },
  'enroll-refused': {
    title: 'The CA does not take the request',
    hint: "The message is the CA's own.",
    exit: 1,
  },
  'enroll-rejected': {
    title: 'The request was removed from the CA without being signed',
    hint: 'Ask the administrators of the CA why; running this again sends it once more.',
    exit: 1,
  },
  'enroll-name-taken': {
    title: 'The CA has this name with another key',
    hint: 'Take the key that belongs to it from where it was made, or have the CA clean the name and run this again.',
    exit: 1,
  },
  'enroll-name-mismatch': {
    title: 'The certificate is for another name',
    hint: 'Check the address of the CA, and that no proxy answers in its place.',
    exit: 1,
  },
  'enroll-foreign-certificate': {
    title: 'The certificate is not from the CA that we trust',
    hint: 'Check the address of the CA; where the CA was made anew, move certs/ca.pem and crl.pem of the SSL folder away and run this again.',
    exit: 1,
  },
  'enroll-revoked': {
    title: 'The certificate has been revoked',
    hint: 'Have the CA clean the name, move the old certificate away and run this again.',
    exit: 1,
  },
  'enroll-file': {
    title: 'A file of the identity cannot be written',
    hint: 'Check that the user who runs this may write in the SSL folder, and that the disk is not full.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const enrollError = errorMaker(puppetCaErrors)

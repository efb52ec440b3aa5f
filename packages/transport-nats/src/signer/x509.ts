import { createPrivateKey, sign } from 'node:crypto'
import { transportError } from '../errors.js'
import { secureRequestText } from '../wire/v1/request.js'
import type { Signer } from './signer.js'

/** What an x509 signer needs of the operator's identity. */
export interface X509Identity {
  readonly certname: string
  /** PEM, the operator's first; what follows is sent along as intermediate certificates. */
  readonly certificate: string
  readonly key: { reveal(): string }
  readonly keyFile: string
}

/**
 * Signs v1 requests with the operator's key.
 * @throws transport-key-type for a key that is not RSA: Choria's servers verify nothing else (filesec, 0.30).
 */
export function x509Signer({ certname, certificate, key, keyFile }: X509Identity): Signer {
  const privateKey = createPrivateKey(key.reveal())
  if (privateKey.asymmetricKeyType !== 'rsa') {
    throw transportError('transport-key-type', {
      message: `The private key ${keyFile} is of type ${privateKey.asymmetricKeyType}, not RSA`,
      place: keyFile,
    })
  }
  return {
    caller: `choria=${certname}`,
    async secure(request) {
      const signature = sign('RSA-SHA256', Buffer.from(request), privateKey).toString('base64')
      return secureRequestText(request, signature, certificate)
    },
  }
}

import type { Setting } from '@choirmaster/puppet-identity'
import { transportError } from '../errors.js'

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/**
 * The address of a signing service, which the operator's token may be sent to: over TLS, or on this machine.
 * @returns normalized
 * @throws transport-signer-address without the address: a password may be in it
 */
export function signerAddress({ value, origin }: Setting): string {
  const refuse = (message: string): Error =>
    transportError('transport-signer-address', { message, place: origin })
  if (!URL.canParse(value)) throw refuse('The address of the signing service is no URL')
  const { protocol, hostname, href } = new URL(value)
  if (protocol === 'https:') return href
  if (protocol !== 'http:') throw refuse(`The signing service is to be asked over ${protocol}//`)
  if (LOOPBACK.test(hostname)) return href
  throw refuse(`The signing service on ${hostname} is to be asked over http://, without TLS`)
}

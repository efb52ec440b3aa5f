import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** DER before the 32 bytes of a private (PKCS#8) and of a public (SPKI) ed25519 key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

/** 32 bytes in hex, as Choria writes seeds and public keys. */
const HEX = /^[0-9a-fA-F]{64}$/

/** The ed25519 key of a seed in hex; undefined for what is none. */
export function seedKey(hex: string): KeyObject | undefined {
  if (!HEX.test(hex)) return undefined
  const key = Buffer.concat([PKCS8, Buffer.from(hex, 'hex')])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** The ed25519 public key in hex; undefined for what is none. */
export function publicKey(hex: unknown): KeyObject | undefined {
  if (typeof hex !== 'string' || !HEX.test(hex)) return undefined
  const key = Buffer.concat([SPKI, Buffer.from(hex, 'hex')])
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

/** The public half of a key, in hex. */
export function publicHex(key: KeyObject): string {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return der.subarray(SPKI.length).toString('hex')
}

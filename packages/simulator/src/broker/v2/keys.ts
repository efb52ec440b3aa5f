import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** DER around the 32 bytes of an ed25519 key (RFC 8410): private in PKCS#8, public as SPKI. */
const PRIVATE = Buffer.from('302e020100300506032b657004220420', 'hex')
const PUBLIC = Buffer.from('302a300506032b6570032100', 'hex')
const HEX = /^[0-9a-f]{64}$/i

/** An ed25519 pair, its public half as Choria writes it. */
export interface Pair {
  readonly key: KeyObject
  /** 64 hex digits. */
  readonly publicHex: string
}

/** @param seed 32 bytes in hex, as in Choria's seed files. @returns undefined for what is none */
export function pairOfSeed(seed: string): Pair | undefined {
  return HEX.test(seed) ? pairOf(Buffer.from(seed, 'hex')) : undefined
}

/** A pair that belongs to a name and can be made again: simulated nodes keep theirs from start to start. */
export function pairOfName(seed: string, name: string): Pair {
  return pairOf(createHash('sha256').update(`${seed} ${name}`).digest())
}

/** The public key of 64 hex digits; undefined for what is none. */
export function publicKeyOf(hex: unknown): KeyObject | undefined {
  if (typeof hex !== 'string' || !HEX.test(hex)) return undefined
  const key = Buffer.concat([PUBLIC, Buffer.from(hex, 'hex')])
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

function pairOf(seed: Buffer): Pair {
  const der = Buffer.concat([PRIVATE, seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { key, publicHex: spki.subarray(PUBLIC.length).toString('hex') }
}

import { sign, verify, type KeyObject } from 'node:crypto'
import { parseObject, type Fields } from '../json.js'

/** A token as it came; nothing of it is proven. */
export interface Jwt {
  readonly claims: Fields
  /** Whether this key signed it. */
  signedBy(key: KeyObject): boolean
}

/** Takes apart a token that ed25519 signed; undefined for every other text. */
export function readJwt(text: string): Jwt | undefined {
  const [header = '', payload = '', signature = '', ...more] = text.split('.')
  const part = (value: string): Fields | undefined =>
    parseObject(Buffer.from(value, 'base64url').toString())
  const claims = part(payload)
  if (more.length > 0 || signature === '' || claims === undefined) return undefined
  if (part(header)?.['alg'] !== 'EdDSA') return undefined
  const signed = Buffer.from(`${header}.${payload}`)
  const bytes = Buffer.from(signature, 'base64url')
  return { claims, signedBy: (key) => verify(null, signed, key, bytes) }
}

export function makeJwt(claims: object, key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

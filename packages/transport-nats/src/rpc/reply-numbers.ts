import { createCipheriv } from 'node:crypto'
import type { Random } from '@choirmaster/core/provide'

/**
 * The last parts of the subjects that the broker answers on where nobody listens: `<number>-<16 characters>`. What
 * follows the number is drawn: a node knows its own request's subject, and could say of the others that they are
 * not connected, if theirs could be guessed.
 */
export interface ReplyNumbers {
  /** Last part of the subject of this number, from 0. */
  suffix(number: number): string
  /** Its number; undefined: none of these. */
  numberOf(suffix: string): number | undefined
}

/** Bytes of a number's secret. */
const SECRET = 12
const KEY = 16
const BLOCK = 16

/** @param count of the numbers; 50,000 take 0.6 MB and a millisecond */
export function replyNumbers(count: number, random: Random): ReplyNumbers {
  // One key is drawn, and AES makes as many bytes of it as it takes: 50,000 draws would be 20 times dearer.
  const key = Uint8Array.from({ length: KEY }, () => Math.floor(random.next() * 256))
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(BLOCK))
  const secrets = stream.update(Buffer.alloc(count * SECRET))
  const suffix = (number: number): string =>
    `${number}-${secrets.toString('base64url', number * SECRET, (number + 1) * SECRET)}`
  return {
    suffix,
    numberOf(given) {
      const number = Number(/^(\d{1,9})-/.exec(given)?.[1] ?? -1)
      return number >= 0 && number < count && suffix(number) === given ? number : undefined
    },
  }
}

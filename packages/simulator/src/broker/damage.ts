import type { Damage } from '../fleet/treatment.js'

/** Spoils the bytes of a message; damage of its parts is done where these are made. */
export function spoil(message: Buffer, damage: Damage | undefined): Uint8Array {
  switch (damage) {
    case 'corrupted': {
      // A burst of wrong bytes in the middle, which is in the payload and not in the frame around it.
      const middle = message.length >> 1
      return message.fill(0xff, middle, middle + BURST)
    }
    case 'truncated':
      return message.subarray(0, message.length >> 1)
    case 'not-json':
      return Buffer.from('this is no reply')
    default:
      return message
  }
}

/** Bytes. */
const BURST = 8

/** Another request's id, of the same length. */
export function strangeId(id: string): string {
  const first = id.startsWith('0') ? '1' : '0'
  return `${first}${id.slice(1)}`
}

/** Somebody who was not asked. */
export function impostor(node: string): string {
  return `impostor-${node}`
}

import { InternalError } from '@choirmaster/core/provide'
import type { Kept, Log } from './log.js'

/** Which part of a text a message is: `1/3`. */
export const PART = 'Choirmaster-Part'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Cuts a text into messages that the broker takes. At least one, each of `most` bytes at most. */
export function partsOf(text: string, most: number): readonly Uint8Array[] {
  const bytes = encoder.encode(text)
  const parts: Uint8Array[] = []
  for (let from = 0; from < bytes.length || from === 0; from += most) {
    parts.push(bytes.subarray(from, from + most))
  }
  return parts
}

/** Number and count of the part that a message is; undefined: it is none. */
export function partOf(kept: Kept): { readonly part: number; readonly of: number } | undefined {
  const found = /^(\d{1,6})\/(\d{1,6})$/.exec(kept.header(PART))
  return found === null ? undefined : { part: Number(found[1]), of: Number(found[2]) }
}

/** Puts parts together that came in order. */
export function textOf(parts: readonly Uint8Array[]): string {
  return decoder.decode(concat(parts))
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Writes a text to a subject that only its writer writes to. */
export async function writeText(log: Log, subject: string, text: string): Promise<void> {
  const parts = partsOf(text, log.most)
  let after = 0
  for (const [i, data] of parts.entries()) {
    const headers = { [PART]: `${i + 1}/${parts.length}` }
    const posted = await log.post(subject, { data, headers, after })
    if (!('seq' in posted)) throw new InternalError(`${subject} is written to by somebody else`)
    after = posted.seq
  }
}

/** Reads it again; undefined: it is not there, or not whole. */
export async function readText(log: Log, subject: string): Promise<string | undefined> {
  const parts: Uint8Array[] = []
  for (let seq = 1; ;) {
    const kept = await log.next(subject, seq)
    const part = kept && partOf(kept)
    if (kept === undefined || part?.part !== parts.length + 1) return undefined
    parts.push(kept.data)
    if (part.part === part.of) return textOf(parts)
    seq = kept.seq + 1
  }
}

export function json(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

/** @returns undefined for what is no JSON */
export function parsed<T>(kept: Kept): T | undefined {
  try {
    return JSON.parse(decoder.decode(kept.data)) as T
  } catch {
    return undefined
  }
}

import type { FileHandle } from 'node:fs/promises'

const CHUNK = 64 * 1024

/** A line of a file as bytes, without its end. */
export interface Line {
  readonly bytes: Buffer
  /** Number in the file, from 1. */
  readonly number: number
  /** Position after the line's end. */
  readonly end: number
  /** False for what follows the last line's end. */
  readonly ended: boolean
}

/** Where a line begins. */
export interface LineStart {
  readonly position: number
  /** Number in the file, from 1. */
  readonly number: number
}

/** The lines of a file, by default from its start; what follows the last line's end comes last, with `ended` false. */
export async function* linesOf(
  handle: FileHandle,
  start: LineStart = { position: 0, number: 1 },
): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let { number, position } = start
  for (;;) {
    const buffer = Buffer.allocUnsafe(CHUNK)
    const { bytesRead } = await handle.read(buffer, 0, CHUNK, position)
    if (bytesRead === 0) break
    let from = 0
    for (let at = find(buffer, from, bytesRead); at >= 0; at = find(buffer, from, bytesRead)) {
      parts.push(buffer.subarray(from, at))
      yield { bytes: Buffer.concat(parts), number, end: position + at + 1, ended: true }
      parts = []
      number += 1
      from = at + 1
    }
    if (from < bytesRead) parts.push(buffer.subarray(from, bytesRead))
    position += bytesRead
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), number, end: position, ended: false }
}

function find(buffer: Buffer, from: number, end: number): number {
  const at = buffer.indexOf(0x0a, from)
  return at < end ? at : -1
}

import type { Readable } from 'node:stream'

/** What was read of a body, and whether there was more. */
export interface Body {
  /** None where it was taken as it came. */
  readonly bytes: Buffer
  /** How many there were, up to the limit. */
  readonly size: number
  readonly cut: boolean
}

/** Takes bytes of a body as they come. It must not throw. */
export type Take = (chunk: Uint8Array) => void

/**
 * Reads a body up to `limit` bytes; the rest is not read. By events, as to wait for each chunk takes a third of the
 * time of a long answer.
 * @param take takes the bytes in place of the result
 */
export function readBody(body: Readable, limit: number, take?: Take): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const end = (): void =>
      resolve({
        bytes: Buffer.concat(chunks).subarray(0, limit),
        size: Math.min(size, limit),
        cut: size > limit,
      })
    body
      .on('data', (chunk: Uint8Array) => {
        size += chunk.length
        if (take === undefined) chunks.push(chunk)
        else take(chunk)
        if (size <= limit) return
        end()
        body.destroy()
      })
      .once('end', end)
      .once('error', reject)
  })
}

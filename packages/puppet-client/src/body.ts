import type { Readable } from 'node:stream'

/** What was read of a body, and whether there was more. */
export interface Body {
  readonly bytes: Buffer
  readonly cut: boolean
}

/**
 * Reads a body up to `limit` bytes; the rest is not read. By events, as to wait for each chunk takes a third of the
 * time of a long answer.
 */
export function readBody(body: Readable, limit: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const end = (): void =>
      resolve({ bytes: Buffer.concat(chunks).subarray(0, limit), cut: size > limit })
    body
      .on('data', (chunk: Uint8Array) => {
        size += chunk.length
        chunks.push(chunk)
        if (size <= limit) return
        end()
        body.destroy()
      })
      .once('end', end)
      .once('error', reject)
  })
}

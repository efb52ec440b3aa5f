/** What was read of a body, and whether there was more. */
export interface Body {
  readonly bytes: Buffer
  readonly cut: boolean
}

/** Reads a body up to `limit` bytes; the rest is not read. */
export async function readBody(body: AsyncIterable<Uint8Array>, limit: number): Promise<Body> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    chunks.push(chunk)
    if (size > limit) break
  }
  return { bytes: Buffer.concat(chunks).subarray(0, limit), cut: size > limit }
}

/** Bytes of one write: larger ones gain nothing. */
const SLAB = 262_144
/** Slabs that are kept to be used again: what is under way at most (`send.ts`), and a little. */
const MOST_KEPT = 40
/** UTF-8 bytes of a character at most. */
const WIDEST = 3
/** Bytes around a payload: two ends of lines. */
const ENDS = 4
const CR = 0x0d
const LF = 0x0a

/** Gathers what is published into few large writes, in memory that is used again and again. */
export interface Slabs {
  /** @param head the line before the payload, without its end */
  add(head: string, payload: Uint8Array): void
  /** Writes what was gathered. @returns when all of it is written, or will never be */
  write(): Promise<void>
  /** Forgets what is not written: it was for a connection that is gone. */
  drop(): void
}

/**
 * @param send writes to the connection and tells when that is done, or has failed. One write at a time: what waits in
 *   a stream of Node's is copied once more, into one piece
 */
export function createSlabs(send: (bytes: Uint8Array, done: () => void) => void): Slabs {
  const kept: Buffer[] = []
  let slab: Buffer | undefined
  let used = 0
  let queue: Uint8Array[] = []
  let busy = false
  const waiting: (() => void)[] = []
  /** Counts connections: what ends late belongs to one that is gone. */
  let age = 0

  const pump = (): void => {
    if (busy) return
    const bytes = queue.shift()
    if (bytes === undefined) {
      for (const resolve of waiting.splice(0)) resolve()
      return
    }
    busy = true
    const begun = age
    send(bytes, () => {
      if (begun !== age) return
      const memory = bytes.buffer
      if (memory.byteLength === SLAB && kept.length < MOST_KEPT) {
        kept.push(Buffer.from(memory as ArrayBuffer))
      }
      busy = false
      pump()
    })
  }
  const handOver = (): void => {
    if (slab === undefined) return
    queue.push(slab.subarray(0, used))
    slab = undefined
    used = 0
    pump()
  }
  const roomFor = (most: number): Buffer => {
    if (slab !== undefined && used + most <= slab.length) return slab
    handOver()
    const old = most <= SLAB ? kept.pop() : undefined
    return (slab = old ?? Buffer.allocUnsafeSlow(Math.max(SLAB, most)))
  }
  return {
    add(head, payload) {
      const into = roomFor(head.length * WIDEST + payload.length + ENDS)
      used += into.write(head, used)
      into[used++] = CR
      into[used++] = LF
      into.set(payload, used)
      used += payload.length
      into[used++] = CR
      into[used++] = LF
    },
    write() {
      handOver()
      return new Promise((resolve) => {
        waiting.push(resolve)
        pump()
      })
    },
    drop() {
      age++
      slab = undefined
      used = 0
      queue = []
      busy = false
      pump()
    },
  }
}

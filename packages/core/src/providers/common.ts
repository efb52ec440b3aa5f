import type { Clock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'

/** What JSON can hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Each call into a provider can be given up. */
export interface Call {
  readonly signal: AbortSignal
  /**
   * Awaited by whoever sends a request, after it was signed and immediately before it leaves. Where it rejects, who
   * calls may not act any more: nothing is sent, and each node is silent, `not-sent` (promises, S17).
   */
  readonly beforeSend?: () => Promise<void>
}

/** Closed once, by the host. */
export interface Closable {
  close?(): Promise<void>
}

export type Nodes = readonly string[]
export type Stream<T> = AsyncIterable<T>

/** Something worth telling that is no error: shown at its level, kept out of results. */
export interface Notice {
  readonly level: 'debug' | 'info' | 'warning'
  /** Stable, for tests and filters: `transport-late-reply`. */
  readonly code: string
  readonly message: string
}

/** What a provider gets from whoever opens it. */
export interface Host {
  /** Folder of the file that named the provider; relative paths in its options start here. */
  readonly baseDir: string
  readonly clock: Clock
  readonly random: Random
  notice(notice: Notice): void
}

/** A span of time in milliseconds. */
export type Milliseconds = number
/** A moment: milliseconds since 1970-01-01 UTC, of a clock that never steps backwards while the process lives. */
export type Moment = number

/** Where time comes from. Real: `systemClock()`. Simulated: the simulator's virtual clock. */
export interface Clock {
  now(): Moment
  /**
   * The machine's time of day, for what others compare with their own: it follows steps of the clock and the time that
   * the machine slept, which `now` does not. Absent: `now` is right.
   */
  wall?(): Moment
  /** Resolves at or after `moment`; rejects with the signal's reason when that aborts first. */
  sleepUntil(moment: Moment, signal: AbortSignal): Promise<void>
  /**
   * Work of the real world (disk, a prompt) that a simulated clock must wait for before it moves on.
   * A real clock returns `work` as it is.
   */
  hold<T>(work: Promise<T>): Promise<T>
}

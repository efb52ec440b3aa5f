/** A message as it came in. `subject` may be decoded only when it is asked for. */
export interface Incoming {
  readonly subject: string
  readonly data: Uint8Array
}

/** Told what the broker sends. Its functions must not throw. */
export interface Listener {
  message(message: Incoming): void
  /** Nobody listens to the subject that was published to with this reply subject. */
  noResponders(replySubject: string): void
  /** The broker refused a publish to this subject. */
  denied(subject: string): void
}

/** A connection to one of the brokers, kept up until it is closed. */
export interface Connection {
  /**
   * Whether what is published now goes out on a connection that is up. While it is not, nothing may be published:
   * it would be kept and sent after a reconnect.
   */
  readonly live: boolean
  /** Bytes; the broker closes the connection over a larger message. */
  readonly maxPayload: number
  /** Goes out with the next flush, or before. */
  publish(subject: string, payload: Uint8Array, replySubject: string): void
  /** Resolves when the broker has taken what was published, or that was lost with its connection; may reject then. */
  flush(): Promise<void>
  close(): Promise<void>
}

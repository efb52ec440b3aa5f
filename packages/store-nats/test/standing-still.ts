import type { NatsConnection } from 'nats'

/** A process that stands still just before one of its messages. */
export interface StandingStill {
  readonly nats: NatsConnection
  /** Resolves when it stands. */
  readonly stands: Promise<void>
  goesOn(): void
}

/**
 * Lets whoever uses the connection stand still before the first message that is meant.
 * @param before part of the message's subject
 */
export function standingStill(nats: NatsConnection, before: string): StandingStill {
  let goesOn = (): void => {}
  let reached = (): void => {}
  const waits = new Promise<void>((resolve) => (goesOn = resolve))
  const stands = new Promise<void>((resolve) => (reached = resolve))
  const jetstream = nats.jetstream.bind(nats)
  nats.jetstream = (options) => {
    const js = jetstream(options)
    const publish = js.publish.bind(js)
    js.publish = async (subject, ...rest) => {
      if (subject.includes(before)) {
        reached()
        await waits
      }
      return publish(subject, ...rest)
    }
    return js
  }
  return { nats, stands, goesOn }
}

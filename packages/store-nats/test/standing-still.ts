import type { NatsConnection } from 'nats'

/** A process that can be made to stand still just before one of its messages. */
export interface StandingStill {
  readonly nats: NatsConnection
  /**
   * Lets it stand still before its next message there; resolves when it stands.
   * @param part of the message's subject
   */
  before(part: string): Promise<void>
  goesOn(): void
}

export function standingStill(nats: NatsConnection): StandingStill {
  let goesOn = (): void => {}
  let stopping: { readonly part: string; stands(): void } | undefined
  const jetstream = nats.jetstream.bind(nats)
  nats.jetstream = (options) => {
    const js = jetstream(options)
    const publish = js.publish.bind(js)
    js.publish = async (subject, ...rest) => {
      if (stopping !== undefined && subject.includes(stopping.part)) {
        const waits = new Promise<void>((resolve) => (goesOn = resolve))
        stopping.stands()
        stopping = undefined
        await waits
      }
      return publish(subject, ...rest)
    }
    return js
  }
  return {
    nats,
    before: (part) => new Promise((stands) => (stopping = { part, stands })),
    goesOn: () => goesOn(),
  }
}

import type { Msg, NatsConnection } from 'nats'
import type { Host, Milliseconds } from '@choirmaster/core/provide'
import type { Incoming, Listener } from './connection.js'
import type { Lane } from './lane.js'

/** Status of the empty message that the broker sends where nobody listens. */
const NO_RESPONDERS = 503
/** A refusal is an operator's doing, and ended by one: sooner would only fill the broker's log. */
const AGAIN: Milliseconds = 5_000

/** The subscription to all replies. */
export interface Ear {
  /** Whether replies reach us: else a request would look as if nobody answered. */
  readonly open: boolean
  close(): void
}

/**
 * Subscribes to all replies and keeps subscribed: the broker may refuse at any time, at a reconnect or when its
 * permissions are read anew, and may take us again later.
 * @param inbox the one subject, with wildcard
 * @returns once the broker has taken or refused the subscription
 */
export async function openEar(
  nats: NatsConnection,
  inbox: string,
  lane: Pick<Lane, 'listen'>,
  listener: Pick<Listener, 'message' | 'noResponders'>,
  { clock, notice }: Pick<Host, 'clock' | 'notice'>,
): Promise<Ear> {
  const over = new AbortController()
  let open = false
  let told = false
  /** The first refusal is for whoever opens the connection. */
  let first = true

  const guarded =
    <M extends Incoming>(handle: (message: M) => void) =>
    (message: M): void => {
      try {
        handle(message)
      } catch (bug) {
        // Thrown here it would end the library's reading, and every request after would be silence.
        queueMicrotask(() => {
          throw bug
        })
      }
    }

  const hear = guarded((message: Msg): void => {
    if (message.data.length > 0) listener.message(message)
    else if (message.headers?.code === NO_RESPONDERS) listener.noResponders(message.subject)
    else listener.message(message)
  })

  const listen = async (): Promise<void> => {
    let refused = false
    const subscription = nats.subscribe(inbox, {
      callback(error, message) {
        if (!error) return hear(message)
        refused = true
        open = false
        if (!first) void again()
      },
    })
    lane.listen(
      subscription.getID(),
      guarded((message) => listener.message(message)),
    )
    // Down again already: the library subscribes anew when it is up, and the refusal comes then.
    await nats.flush().catch(() => {})
    if (!refused) open = true
  }

  const again = async (): Promise<void> => {
    if (over.signal.aborted) return
    if (!told) {
      const message = `The broker does not let us subscribe to our replies any more, ${inbox}: it is tried again every ${AGAIN / 1000} s`
      notice({ level: 'warning', code: 'transport-denied', message })
    }
    told = true
    await clock.sleepUntil(clock.now() + AGAIN, over.signal).catch(() => {})
    if (over.signal.aborted || nats.isClosed()) return
    await listen()
    if (!open) return
    told = false
    const message = 'The broker lets us subscribe to our replies again'
    notice({ level: 'info', code: 'transport-allowed', message })
  }

  await listen()
  first = false
  return {
    get open() {
      return open
    },
    close: () => over.abort(),
  }
}

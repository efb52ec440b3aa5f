import type { Call, Milliseconds, Moment } from '@choirmaster/core/provide'
import { transportError } from '../errors.js'
import { PING_BODY } from '../wire/rpc-body.js'
import type { Waiting } from './open-request.js'
import { outbox } from './outbox.js'
import { replyNumbers } from './reply-numbers.js'
import { checkSize, signedAt, type Rpc } from './rpc.js'
import { broadcastSubject, isIdentity, requestId } from './subjects.js'

/** The agent that answers pings; each server has it. */
const DISCOVERY = 'discovery'
/** Names are remembered: what answers under ever new ones must not fill the memory. */
const MOST_NAMES = 100_000
/** However fast answers keep coming: who has not answered by then is not there. */
const LONGEST: Milliseconds = 60_000

/**
 * Asks all servers with this agent to say that they are there; their names come as they answer, and end when no
 * new one has come for the discovery timeout.
 * @throws transport-disconnected: no names would mean that nobody is there; transport-discovery-size
 */
export async function discover(
  rpc: Rpc,
  agent: string,
  call: Call,
): Promise<AsyncIterable<string>> {
  const { connection, desk, collective, host } = rpc
  const { clock } = host
  const { signal } = call
  signal.throwIfAborted()
  const id = requestId(host.random)
  const replyTo = `${rpc.inbox}.${id}`
  const started = clock.now()
  const time = signedAt(clock)
  const body = PING_BODY
  const outgoing = { id, agent: DISCOVERY, filterAgent: agent, collective, body, replyTo, time }
  const payload = await rpc.wire.encode({ ...outgoing, ttl: rpc.ttl }, call)
  checkSize(payload, connection)
  signal.throwIfAborted()
  if (!connection.live) {
    throw transportError('transport-disconnected', {
      message: 'Nodes cannot be discovered: the connection to the broker is down',
    })
  }

  const over = new AbortController()
  const names = outbox<string>(() => {
    signal.removeEventListener('abort', giveUp)
    desk.remove(id)
    over.abort()
  })
  const giveUp = (): void => names.fail(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })

  const replies = replyNumbers(1, host.random)
  // That nobody listens the broker says before it answers the flush. What comes later is from a node, which knows the
  // subject, as all who listen do, and would end the search before the others are heard.
  let prompt = true
  const taken = (): void => void (prompt = false)
  const seen = new Set<string>()
  let lastNew: Moment = clock.now()
  const waiting: Waiting = {
    reply({ sender, agent: from, body: said }) {
      if (from !== DISCOVERY) return 'wrong-agent'
      if (said !== 'pong' || !isIdentity(sender)) return 'malformed'
      if (seen.has(sender)) return 'repeated'
      if (seen.size === MOST_NAMES) names.fail(tooMany())
      seen.add(sender)
      lastNew = clock.now()
      names.push(sender)
      return undefined
    },
    noResponders(suffix) {
      if (prompt && replies.numberOf(suffix) === 0) names.end()
    },
    awaits: () => false,
    denied() {},
  }
  desk.add(id, waiting)
  connection.publish(
    broadcastSubject(collective, DISCOVERY),
    payload,
    `${replyTo}.${replies.suffix(0)}`,
  )
  void connection.flush().then(taken, taken)

  const quiet = async (): Promise<void> => {
    const end = (): Moment => Math.min(lastNew + rpc.discoveryTimeout, started + LONGEST)
    while (clock.now() < end()) await clock.sleepUntil(end(), over.signal)
    names.end()
  }
  quiet().catch((error: unknown) => names.fail(error))
  return names
}

function tooMany(): Error {
  const message = `More than ${MOST_NAMES} nodes answered the discovery`
  return transportError('transport-discovery-size', { message })
}

import type { Listener } from '../connection/connection.js'
import type { Flaw, Received, Wire } from '../wire/wire.js'
import type { Waiting } from './open-request.js'
import type { StrayKind, Strays } from './strays.js'
import { idOfSubject, suffixOfSubject } from './subjects.js'

/** Hands what comes in to the request that waits for it. */
export interface Desk extends Listener {
  add(id: string, request: Waiting): void
  remove(id: string): void
}

const STRAY_OF: Readonly<Record<Flaw, StrayKind>> = {
  malformed: 'malformed',
  hash: 'corrupt',
  signature: 'forged',
}

/**
 * @param inbox the subject below which this connection's replies come
 * @param answered told of each reply that is an answer
 */
export function createDesk(
  wire: Pick<Wire, 'decode'>,
  strays: Strays,
  inbox: string,
  collective: string,
  answered: (reply: Received) => void = () => {},
): Desk {
  const requests = new Map<string, Waiting>()
  const nodes = `${collective}.node.`
  /** Only we know the subject: what comes there was one of our requests, and not that of this reply if it is open. */
  const unasked = (subject: string): StrayKind =>
    requests.has(idOfSubject(inbox, subject)) ? 'mismatched' : 'late'

  return {
    add: (id, request) => void requests.set(id, request),
    remove: (id) => void requests.delete(id),

    message(message) {
      const decoded = wire.decode(message.data)
      if (!decoded.ok) return strays.add(STRAY_OF[decoded.flaw], decoded.detail)
      const { reply } = decoded
      const request = requests.get(reply.request)
      const stray = request === undefined ? unasked(message.subject) : request.reply(reply)
      if (stray === undefined) answered(reply)
      else strays.add(stray, JSON.stringify(reply.sender))
    },

    noResponders(subject) {
      requests.get(idOfSubject(inbox, subject))?.noResponders(suffixOfSubject(inbox, subject))
    },

    denied(subject) {
      strays.add('denied', subject)
      if (!subject.startsWith(nodes)) return
      const node = subject.slice(nodes.length)
      const waiting = [...requests.values()].filter((request) => request.awaits(node))
      // With two requests under way to this node it cannot be told which of them was refused.
      if (waiting.length === 1) waiting[0]?.denied(node)
    },
  }
}

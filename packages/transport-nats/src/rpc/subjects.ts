import { createHash } from 'node:crypto'
import type { Random } from '@choirmaster/core/provide'
import { transportError } from '../errors.js'

/** A Choria identity becomes part of a subject: a host name, no wildcards, no empty parts, no blanks. */
const IDENTITY = /^[\w-]+(?:\.[\w-]+)*$/
/** Of a host name (RFC 1035). */
const LONGEST_IDENTITY = 255
/** More names than these in one message help nobody. */
const MOST_NAMED = 10

export function isIdentity(name: string): boolean {
  return name.length <= LONGEST_IDENTITY && IDENTITY.test(name)
}

/** @throws transport-node-name naming the first that cannot be identities. */
export function checkIdentities(nodes: readonly string[]): void {
  const bad = nodes.filter((node) => !isIdentity(node))
  if (bad.length === 0) return
  const named = bad.slice(0, MOST_NAMED).map((name) => JSON.stringify(name))
  const more = bad.length > named.length ? ` and ${bad.length - named.length} more` : ''
  throw transportError('transport-node-name', {
    message: `Cannot be Choria identities: ${named.join(', ')}${more}`,
    place: bad[0] ?? '',
  })
}

/** Where one node listens. */
export function nodeSubject(collective: string, node: string): string {
  return `${collective}.node.${node}`
}

/** Where all nodes with this agent listen. */
export function broadcastSubject(collective: string, agent: string): string {
  return `${collective}.broadcast.agent.${agent}`
}

/**
 * The subject below which all replies of this connection come: Choria's brokers let a caller subscribe only below
 * the md5 of its name. The last part is drawn, so that two processes of one caller do not get each other's.
 */
export function inboxSubject(collective: string, caller: string, random: Random): string {
  const owner = createHash('md5').update(caller).digest('hex')
  return `${collective}.reply.${owner}.${hexDigits(random, 16)}`
}

/** Length of a request id: v1 servers take no other. */
const ID_LENGTH = 32

export function requestId(random: Random): string {
  return hexDigits(random, ID_LENGTH)
}

function hexDigits(random: Random, count: number): string {
  let digits = ''
  while (digits.length < count) {
    digits += Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  }
  return digits
}

/** The request that a reply subject belongs to, `<inbox>.<id>` or `<inbox>.<id>.<suffix>`. */
export function idOfSubject(inbox: string, subject: string): string {
  const start = inbox.length + 1
  return subject.slice(start, start + ID_LENGTH)
}

/** What follows the id in `<inbox>.<id>.<suffix>`; empty where nothing does. */
export function suffixOfSubject(inbox: string, subject: string): string {
  return subject.slice(inbox.length + ID_LENGTH + 2)
}

import type { Milliseconds } from '@choirmaster/core/provide'
import type { Identity, Server } from '@choirmaster/puppet-identity'
import { authority } from './address.js'
import { readBody, type Body, type Take } from './body.js'

/** A dead host must not keep the next server waiting; a live one accepts and shakes hands within a second or two. */
const CONNECT_TIMEOUT: Milliseconds = 10_000
/** A document of 100,000 nodes and a million edges is 24 MB, so this is several times the largest estate's. */
const LARGEST_DOCUMENT = 128 * 1024 * 1024
/** What is read of an answer that is no document; Puppet's messages are a few hundred characters. */
const LARGEST_MESSAGE = 64 * 1024

/** What goes into the TLS connection. Without certificate and key we are nobody to the server, as before enrolment. */
export interface Credentials
  extends Pick<Identity, 'ca' | 'crl'>, Partial<Pick<Identity, 'certificate' | 'key'>> {
  /**
   * `'unverified'`: any server is taken. For one thing only: to fetch the certificate of a CA that is then shown to
   * the operator and trusted by its fingerprint.
   */
  readonly server?: 'unverified'
}

/** What is asked; without `put` and `post` a GET. */
export interface Question {
  /** Absolute, escaped. */
  readonly path: string
  /** Text to be put there. */
  readonly put?: string
  /** JSON to be posted there. */
  readonly post?: string
  /** Media type of the answer that is wanted. */
  readonly accept?: 'application/json' | 'text/plain'
  /** Asked at a 200 who takes its body as it comes; undefined: it is wanted whole. */
  readonly reader?: (head: Head) => Take | undefined
}

interface Request extends Question {
  readonly server: Server
  /** For all of it: connection, the server's work, body. */
  readonly timeout: Milliseconds
  readonly signal: AbortSignal
}

/** An answer before its body. */
export interface Head {
  readonly status: number
  /** A header by its lower-case name; '' when absent. */
  header(name: string): string
}

export interface Answer extends Head, Body {}

/** Asks over mutual TLS; connections are kept for the next question until it is closed. */
export interface Client {
  /**
   * One request; redirects are not followed. The server's certificate is verified, against revocation lists too
   * where there are any.
   * @throws what undici, TLS or the socket throw; TIMED_OUT; the reason of `signal`.
   */
  send(request: Request): Promise<Answer>
  close(): Promise<void>
}

/** What `send` throws when the time is up: this one error, compare by identity. */
export const TIMED_OUT = new Error('timed out')

/** A signal that follows another and fires by itself when the time is up. */
function deadline(
  timeout: Milliseconds,
  signal: AbortSignal,
): { signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const follow = (): void => controller.abort(signal.reason)
  // Real sockets know no simulated time, so this is the machine's timer and not the clock of the host.
  const timer = setTimeout(() => controller.abort(TIMED_OUT), timeout)
  signal.addEventListener('abort', follow, { once: true })
  if (signal.aborted) follow()
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', follow)
    },
  }
}

/**
 * A client that shows these credentials.
 * @param connections most to one server: as many as there are questions at once
 */
export async function openClient(credentials: Credentials, connections = 1): Promise<Client> {
  const undici = await import('undici') // 150 ms to load: only where a server is asked
  const { certificate, key, ca, crl } = credentials
  const agent = new undici.Agent({
    connect: {
      ...(certificate !== undefined && { cert: certificate }),
      ...(key && { key: key.reveal() }),
      ca: [...ca],
      // An array even for one: of a string Node reads the first list only.
      ...(crl.length > 0 && { crl: [...crl] }),
      // Said aloud, as NODE_TLS_REJECT_UNAUTHORIZED=0 would turn it off.
      rejectUnauthorized: credentials.server !== 'unverified',
      timeout: CONNECT_TIMEOUT,
    },
    // A connection is free only a moment after its answer: another would be opened for a question at once.
    connections,
    // The deadline below covers them.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    async send(request) {
      const { put, post, accept = 'application/json' } = request
      const limit = deadline(request.timeout, request.signal)
      try {
        const answer = await undici.request(`https://${authority(request.server)}${request.path}`, {
          dispatcher: agent,
          signal: limit.signal,
          // Without X-Puppet-Version the server never turns the request away because its queue is full.
          headers: {
            accept,
            'user-agent': 'choirmaster',
            ...(put !== undefined && { 'content-type': 'text/plain' }),
            ...(post !== undefined && { 'content-type': 'application/json' }),
          },
          ...(put !== undefined && { method: 'PUT', body: put }),
          ...(post !== undefined && { method: 'POST', body: post }),
        })
        const head: Head = {
          status: answer.statusCode,
          header: (name) => String(answer.headers[name] ?? ''),
        }
        const body =
          head.status === 200
            ? await readBody(answer.body, LARGEST_DOCUMENT, request.reader?.(head))
            : await readBody(answer.body, LARGEST_MESSAGE)
        return { ...head, ...body }
      } catch (error) {
        throw limit.signal.aborted ? limit.signal.reason : error
      } finally {
        limit.end()
      }
    },
    close: () => agent.destroy(),
  }
}

import type { CodedError, Milliseconds, Problem } from '@choirmaster/core/provide'
import type { Identity } from '@choirmaster/puppet-identity'
import { puppetError } from './errors.js'
import { printable } from './printable.js'
import { TIMED_OUT } from './client.js'
import { explainTls } from './tls-problems.js'

/** Failures of making a connection, where no request has left yet: another server may be tried. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'the network cannot be reached',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'the address cannot be used',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
}
/** Node's words for a connection that ended within the TLS handshake, as a load balancer without a server does. */
const CUT_IN_HANDSHAKE = 'before secure TLS connection was established'
const CLOSED_IN_HANDSHAKE = 'it closed the connection within the TLS handshake'

/** Who asks, as far as messages name it. */
export type Operator = Pick<Identity, 'commonName' | 'ca' | 'files'>

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** Why no connection could be made, so that no request has left; undefined for any other failure. */
export function unreachable(error: unknown): string | undefined {
  const code = codeOf(error)
  if (code === 'ECONNRESET' && (error as Error).message.includes(CUT_IN_HANDSHAKE)) {
    return CLOSED_IN_HANDSHAKE
  }
  return UNREACHABLE[code]
}

export interface FailedRequest {
  /** `host:port`. */
  readonly server: string
  readonly url: string
  readonly identity: Operator
  readonly timeout: Milliseconds
}

function closedHint({ commonName }: Operator): string {
  return (
    `A server also does that when it does not accept the certificate ${commonName} (another CA, expired, ` +
    `revoked); its log says. Otherwise it may be restarting: try again.`
  )
}

/** The coded error where no server of a service could be reached; `problems` has one for each. */
export function nobodyReached(
  service: string,
  problems: readonly Problem[],
  identity: Operator,
): CodedError {
  const messages = problems.map(({ message }) => message)
  const place = problems[0]?.place
  return puppetError('puppet-unreachable', {
    message: `No ${service} could be reached: ${messages.join('; ')}`,
    problems,
    ...(place !== undefined && { place }),
    ...(messages.some((message) => message.endsWith(CLOSED_IN_HANDSHAKE)) && {
      hint: closedHint(identity),
    }),
  })
}

/** The coded error for a request that failed without an answer. */
export function failedRequest(error: unknown, request: FailedRequest): CodedError {
  const { server, url, identity, timeout } = request
  if (error === TIMED_OUT) {
    return puppetError('puppet-timeout', {
      message: `${server} did not answer within ${timeout / 1000} s`,
      place: url,
    })
  }
  const cause = error instanceof Error ? error : new Error(String(error))
  const code = codeOf(cause)
  const tls = explainTls({ code, error: cause, server, identity })
  if (tls !== undefined) return puppetError(tls.code, { place: url, ...tls, cause })
  if (cause.name === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return puppetError('puppet-answer-unexpected', {
      message: `${server} does not answer in HTTP: ${printable(cause.message)}`,
      place: url,
      cause,
    })
  }
  return puppetError('puppet-connection-lost', {
    message: `${server} ended the connection before the answer was complete: ${printable(cause.message)}`,
    place: url,
    hint: closedHint(identity),
    cause,
  })
}

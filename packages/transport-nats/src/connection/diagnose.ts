import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Milliseconds, Problem } from '@choirmaster/core/provide'
import { transportErrors } from '../errors.js'
import { brokerUrl, type Broker } from './broker.js'

type BrokerCode =
  | 'transport-broker-unreachable'
  | 'transport-broker-untrusted'
  | 'transport-broker-name'
  | 'transport-certificate-refused'
  | 'transport-login-refused'

/** What is wrong with one broker. */
export interface BrokerProblem extends Problem {
  readonly code: BrokerCode
}

/** After the handshake a broker that dislikes our certificate says so at once (TLS 1.3: by an alert). */
const ALERT_WAIT: Milliseconds = 500

/**
 * Finds out why a connection to a broker fails, step by step: name, port, NATS, TLS, login. The library tells only
 * of the last broker that it tried, and of a refused certificate nothing but that the time was up.
 * @param failure what the library said
 */
export async function diagnose(
  broker: Broker,
  tls: ConnectionOptions,
  timeout: Milliseconds,
  failure: unknown,
): Promise<BrokerProblem> {
  const socket = connectTcp(broker.port, broker.host)
  try {
    socket.setTimeout(timeout, () => socket.destroy(new Error(`no answer in ${timeout} ms`)))
    const info = await firstLine(socket)
    if (!info.startsWith('INFO ')) throw new Error('what listens there does not speak NATS')
    if (!/"tls_(?:required|available)":\s*true/.test(info)) throw new Error('it offers no TLS')
    await handshake(socket, tls, broker.host)
  } catch (error) {
    return problem(broker, codeOf(error), reasonOf(error))
  } finally {
    socket.destroy()
  }
  return problem(broker, 'transport-login-refused', reasonOf(failure))
}

function problem(broker: Broker, code: BrokerCode, reason: string): BrokerProblem {
  const { title, hint } = transportErrors[code]
  const place = broker.origin
  return { code, message: `${brokerUrl(broker)}: ${title}: ${reason}`, place, hint }
}

/** A greeting names all brokers of a cluster, so that it may come in pieces; what is longer is none. */
const LONGEST_GREETING = 65_536

function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.on('data', (data) => {
      text += data.toString()
      if (text.includes('\n') || text.length > LONGEST_GREETING) resolve(text)
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('it closed the connection')))
  })
}

function handshake(socket: Socket, tls: ConnectionOptions, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.removeAllListeners('data')
    // An address is checked against the certificate, but never sent as a server name (RFC 6066).
    const secured = connectTls({
      ...tls,
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
    })
    secured.once('secureConnect', () => secured.setTimeout(ALERT_WAIT, resolve))
    secured.once('error', reject)
    secured.once('close', () => reject(new Error('it closed the connection')))
    secured.resume()
  })
}

/** OpenSSL's own errors have a short reason; their message is a line of its log. */
function reasonOf(error: unknown): string {
  const { reason, message } = error as Error & { reason?: string }
  return (reason ?? message).trim()
}

/** Codes of Node and OpenSSL; names checked with Node 20 and 22. */
function codeOf(error: unknown): BrokerCode {
  const code = String((error as NodeJS.ErrnoException).code)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'transport-broker-name'
  if (/ALERT|^ERR_SSL_/.test(code)) return 'transport-certificate-refused'
  if (/CERT|CRL|ISSUER|SIGNATURE|CA_|UNABLE_TO_/.test(code)) return 'transport-broker-untrusted'
  return 'transport-broker-unreachable'
}

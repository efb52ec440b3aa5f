import type { Environment, Host, Milliseconds, Problem } from '@choirmaster/core/provide'
import type { Identity, Server } from '@choirmaster/puppet-identity'
import { authority } from '../http/address.js'
import { failedRequest, nobodyReached, unreachable } from '../http/failures.js'
import { get, type Answer } from '../http/get.js'
import { readDocument } from './document.js'
import { refusal, type Question } from './refusal.js'

/** Each server once more after a pause: enough for one that restarts its listener, short enough for a typing error. */
const ROUNDS = 2
const PAUSE: Milliseconds = 1000
/** Bounds the wait where DNS lists many servers of a site that is down: each may take 10 s to fail. */
const MOST_TRIES = 10

export interface Ask {
  readonly environment: string
  /** In the order to try them; at least one. */
  readonly servers: readonly Server[]
  readonly identity: Identity
  /** For one server. */
  readonly timeout: Milliseconds
  readonly host: Host
  readonly signal: AbortSignal
}

const pathOf = (environment: string): string => `/puppet/v3/environment/${environment}`
const urlOf = ({ environment }: Ask, server: Server): string =>
  `https://${authority(server)}${pathOf(environment)}`

/** What a server answers, or why it cannot be reached, so that the next can be tried; all else is final. */
async function askOne(ask: Ask, server: Server): Promise<Answer | string> {
  const { identity, timeout, host, signal } = ask
  const path = pathOf(ask.environment)
  try {
    return await host.clock.hold(get({ server, path, credentials: identity, timeout, signal }))
  } catch (error) {
    signal.throwIfAborted()
    const name = authority(server)
    const request = { server: name, url: urlOf(ask, server), identity, timeout }
    const why = unreachable(error)
    if (why === undefined) throw failedRequest(error, request)
    return `${name} (${server.origin}): ${why}`
  }
}

async function read(ask: Ask, server: Server, answer: Answer): Promise<Environment> {
  const question: Question = {
    environment: ask.environment,
    server: authority(server),
    url: urlOf(ask, server),
    commonName: ask.identity.commonName,
  }
  if (answer.status !== 200) throw refusal(answer, question)
  return readDocument(answer, question)
}

/**
 * The environment, from the first server that can be reached. Only where no connection could be made the next one
 * is tried: whatever a server answers, or that it takes too long, another would repeat at the price of a compilation.
 * @throws coded errors `puppet-…`; the signal's reason.
 */
export async function askServers(ask: Ask): Promise<Environment> {
  const { servers, host, signal } = ask
  const problems: Problem[] = []
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await host.clock.sleepUntil(host.clock.now() + PAUSE, signal)
    for (const server of servers.slice(0, Math.floor(MOST_TRIES / ROUNDS))) {
      const answer = await askOne(ask, server)
      if (typeof answer !== 'string') return read(ask, server, answer)
      const problem = { code: 'puppet-unreachable', message: answer, place: urlOf(ask, server) }
      if (round === 0) problems.push(problem)
      host.notice({ level: 'warning', code: problem.code, message: answer })
    }
  }
  throw nobodyReached(problems, ask.identity)
}

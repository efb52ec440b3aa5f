import type { Host, Milliseconds, Problem } from '@choirmaster/core/provide'
import type { Server } from '@choirmaster/puppet-identity'
import { authority } from './address.js'
import type { Answer, Client, Question } from './client.js'
import { failedRequest, nobodyReached, unreachable, type Operator } from './failures.js'

/** Each server once more after a pause: enough for one that restarts its listener, short enough for a typing error. */
const ROUNDS = 2
const PAUSE: Milliseconds = 1000
/** Bounds the wait where DNS lists many servers of a site that is down: each may take 10 s to fail. */
const MOST_TRIES = 10

export interface Ask extends Question {
  /** What is asked, for people: `Puppet Server`, `PuppetDB`. */
  readonly service: string
  /** In the order to try them; at least one. */
  readonly servers: readonly Server[]
  readonly client: Client
  readonly identity: Operator
  /** For one server. */
  readonly timeout: Milliseconds
  readonly host: Host
  readonly signal: AbortSignal
}

export interface Answered {
  readonly server: Server
  readonly url: string
  readonly answer: Answer
}

/** Without the query, which is long and says nothing about where. */
const urlOf = ({ path }: Ask, server: Server): string =>
  `https://${authority(server)}${path.replace(/\?.*/s, '')}`

/** What a server answers, or why it cannot be reached, so that the next can be tried; all else is final. */
async function askOne(ask: Ask, server: Server): Promise<Answer | string> {
  const { path, put, post, accept, reader, client, identity, timeout, host, signal } = ask
  const question = {
    path,
    ...(put !== undefined && { put }),
    ...(post !== undefined && { post }),
    ...(accept && { accept }),
    ...(reader && { reader }),
  }
  try {
    return await host.clock.hold(client.send({ server, timeout, signal, ...question }))
  } catch (error) {
    signal.throwIfAborted()
    const name = authority(server)
    const request = { server: name, url: urlOf(ask, server), identity, timeout }
    const why = unreachable(error)
    if (why === undefined) throw failedRequest(error, request)
    return `${name} (${server.origin}): ${why}`
  }
}

/**
 * The answer of the first server that can be reached. Only where no connection could be made the next one is
 * tried: whatever a server answers, or that it takes too long, another would repeat at the same price.
 * @throws coded errors `puppet-…`; the signal's reason.
 */
export async function askServers(ask: Ask): Promise<Answered> {
  const { service, servers, identity, host, signal } = ask
  const problems: Problem[] = []
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await host.clock.sleepUntil(host.clock.now() + PAUSE, signal)
    for (const server of servers.slice(0, Math.floor(MOST_TRIES / ROUNDS))) {
      const url = urlOf(ask, server)
      const answer = await askOne(ask, server)
      if (typeof answer !== 'string') return { server, url, answer }
      const problem = { code: 'puppet-unreachable', message: answer, place: url }
      if (round === 0) problems.push(problem)
      host.notice({ level: 'warning', code: problem.code, message: answer })
    }
  }
  throw nobodyReached(service, problems, identity)
}

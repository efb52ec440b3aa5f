import type { Call, Check, Host } from '@choirmaster/core/provide'
import { findBrokers } from '../choria-config/middleware.js'
import { brokerUrl, type Broker } from '../connection/broker.js'
import type { Listener } from '../connection/connection.js'
import { connectNats } from '../connection/nats.js'
import { tlsOptions } from '../connection/tls.js'
import { openV1 } from '../party/open-v1.js'
import { openV2 } from '../party/open-v2.js'
import type { Party, PartySources } from '../party/party.js'
import { inboxSubject } from '../rpc/subjects.js'
import { failed, note, ok } from './check.js'

/** Connects to each broker by itself: a run needs one, but one that is down is told while there is time. */
export async function* examineBrokers(
  sources: PartySources,
  host: Host,
  call: Call,
): AsyncGenerator<Check> {
  const { config, settings, system, options } = sources
  // What opening warns of has lines of its own here.
  const quiet = { ...host, notice: () => {} }
  let party: Party
  try {
    const open = config.version === 'v1' ? openV1 : openV2
    party = await open({ ...sources, host: quiet })
  } catch {
    yield note('broker', 'Not tried: without a usable identity no broker lets us in')
    return
  }
  const warnings: string[] = []
  const warn = (message: string): void => void warnings.push(message)
  const find = { settings, system, random: host.random, named: options.servers, warn }
  let brokers: readonly Broker[]
  try {
    brokers = await findBrokers(find)
  } catch (error) {
    yield failed('broker', error)
    return
  }
  for (const message of warnings) yield note('SRV records', message)
  for (const broker of brokers) {
    const { caller, login, tls } = party
    const connecting = {
      brokers: [broker],
      tls: tlsOptions(tls),
      name: caller,
      inbox: `${inboxSubject(config.collective, caller, host.random)}.>`,
      timeout: config.connectTimeout,
      ...(login !== undefined && { login }),
    }
    const started = host.clock.now()
    try {
      const connection = await connectNats(connecting, quiet, DEAF, call)
      await connection.close()
      const took = host.clock.now() - started
      yield ok('broker', `${brokerUrl(broker)} (${broker.origin}), connected in ${took} ms`)
    } catch (error) {
      call.signal.throwIfAborted()
      yield failed('broker', error)
    }
  }
}

/** Nobody is asked anything, so nobody answers. */
const DEAF: Listener = { message() {}, noResponders() {}, denied() {} }

import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Clock } from '@choirmaster/core/provide'
import { systemClock } from '@choirmaster/core/system'
import { scaledClock } from '../clock/scaled-clock.js'
import { fail, reasonOf } from '../errors.js'
import { fileLog } from '../fleet/logs.js'
import { checkScenario } from '../scenario/check-scenario.js'
import { readScenario } from '../scenario/read-scenario.js'
import type { Scenario } from '../scenario/scenario.js'
import type { BrokerFleetOptions, FleetSecurity } from './broker-fleet.js'
import type { BrokerTls } from './connection.js'

export const USAGE = `Simulated Choria servers on a real broker; docs/scenario.md tells more.

  node main.js --broker nats://HOST:PORT --nodes N [options]

  --broker URL         NATS or Choria broker; several, separated by commas
  --nodes N            node1.example.net to nodeN.example.net; or NAME,NAME…; or @FILE, a name a line
                       (default: the scenario's fleet)
  --protocol v1|v2     x509 certificates (default), or tokens and ed25519
  --ca FILE            CA of the broker and, with v1, of the callers
  --cert FILE          certificate that the fleet connects with; with --key FILE
  --issuer-seed FILE   with v2: seed of the tokens' issuer, 64 hex digits
  --collective NAME    default: mcollective, with v2 choria
  --scenario FILE      what goes wrong on which nodes
  --seed N             everything random is drawn from it
  --speed N            the nodes live N times as fast; requests are still signed in real time
  --log FILE           what was done to each node, NDJSON, appended
`

const value = { type: 'string' } as const
const OPTIONS = {
  broker: value,
  nodes: value,
  protocol: value,
  ca: value,
  cert: value,
  key: value,
  'issuer-seed': value,
  collective: value,
  scenario: value,
  seed: value,
  speed: value,
  log: value,
  help: { type: 'boolean' },
} as const

type Given = { readonly [K in Exclude<keyof typeof OPTIONS, 'help'>]?: string }

/** What the command line asks for; undefined: the usage. @throws CodedError that says what cannot be used */
export async function readArguments(
  args: readonly string[],
): Promise<BrokerFleetOptions | undefined> {
  const given = parse(args)
  if (given === undefined) return undefined
  const file = given.scenario === undefined ? {} : await readScenario(given.scenario, process.cwd())
  const nodes = given.nodes === undefined ? file.fleet : await namesOf(given.nodes)
  if (given.broker === undefined) throw unusable('Say which broker', '--broker')
  if (nodes === undefined || nodes.length === 0) throw unusable('Say which nodes', '--nodes')
  // Checked again: names that fit none of these nodes are misspelt.
  const scenario = await checkScenario({ schema: 'choirmaster.scenario/1', ...file, fleet: nodes })
  const ca = given.ca === undefined ? undefined : await text(given.ca, '--ca')
  const tls = await tlsOf(given, ca)
  return {
    broker: given.broker.split(',').map((url) => url.trim()),
    ...{ nodes, scenario, security: await securityOf(given, ca) },
    ...(tls && { tls }),
    ...(given.collective !== undefined && { collective: given.collective }),
    ...(given.seed !== undefined && { seed: number(given.seed, '--seed', 0) }),
    clock: clockOf(given, scenario),
    ...(given.log !== undefined && { log: openLog(given.log) }),
  }
}

function parse(args: readonly string[]): Given | undefined {
  try {
    const { help, ...given } = parseArgs({ args: [...args], options: OPTIONS }).values
    return help === true ? undefined : given
  } catch (cause) {
    throw fail('simulator-broker-unusable', { message: (cause as Error).message, cause })
  }
}

/** Names that the lab's own nodes have too. */
async function namesOf(given: string): Promise<readonly string[]> {
  if (/^\d+$/.test(given)) {
    return Array.from({ length: Number(given) }, (_, index) => `node${index + 1}.example.net`)
  }
  const list = given.startsWith('@') ? await text(given.slice(1), '--nodes') : given
  return list.split(/[\s,]+/).filter((name) => name !== '')
}

async function securityOf(given: Given, ca: string | undefined): Promise<FleetSecurity> {
  const { protocol = 'v1', 'issuer-seed': seed } = given
  if (protocol === 'v1') {
    if (ca === undefined) throw unusable("v1 needs the CA of the callers' certificates", '--ca')
    return { protocol, callersCa: ca }
  }
  if (protocol !== 'v2') throw unusable(`There is no protocol ${protocol}`, '--protocol')
  if (seed === undefined) throw unusable("v2 needs the seed of the tokens' issuer", '--issuer-seed')
  return { protocol, issuerSeed: (await text(seed, '--issuer-seed')).trim() }
}

/** TLS is spoken where there is a certificate to show, or the broker's address asks for it. */
async function tlsOf(given: Given, ca: string | undefined): Promise<BrokerTls | undefined> {
  const { cert, key, broker = '' } = given
  if (cert === undefined && !broker.startsWith('tls://')) return undefined
  if (ca === undefined) throw unusable('TLS needs the CA of the broker', '--ca')
  if ((cert === undefined) !== (key === undefined)) {
    throw unusable('A certificate and its key go together', '--cert')
  }
  if (cert === undefined || key === undefined) return { ca }
  return { ca, certificate: await text(cert, '--cert'), key: await text(key, '--key') }
}

/** Virtual time cannot be had: the broker and those who ask live in real time. */
function clockOf(given: Given, { speed = 'max', start = 'now' }: Scenario): Clock {
  const base = systemClock()
  const times = given.speed === undefined ? (speed === 'max' ? 1 : speed) : undefined
  const first = start === 'now' ? base.now() : Date.parse(start)
  return scaledClock(times ?? number(given.speed ?? '', '--speed', 0.001), first, base)
}

function openLog(file: string): ReturnType<typeof fileLog> {
  try {
    return fileLog(file)
  } catch (cause) {
    throw unusable(`Cannot write ${file}: ${reasonOf(cause)}`, '--log')
  }
}

async function text(file: string, flag: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw unusable(`Cannot read ${file}: ${reasonOf(cause)}`, flag)
  })
}

function number(given: string, flag: string, least: number): number {
  const read = Number(given)
  if (given === '' || !(read >= least)) throw unusable(`${given} is no number for this`, flag)
  return read
}

function unusable(message: string, place: string): Error {
  return fail('simulator-broker-unusable', { message, place })
}

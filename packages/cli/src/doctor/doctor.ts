import type { Check, Environment, Transport } from '@choirmaster/core'
import { discoverNodes, EVERY_SERVER } from '../nodes/discover-nodes.js'
import type { Session } from '../session.js'
import { whole } from '../site-plan.js'
import { count, named as namedText } from '../views/words.js'
import { failed, note, ok, wrong } from './check.js'
import { examineNodes } from './examine-nodes.js'
import { SHOWN } from './gather.js'

/** So many nodes are looked at where nobody names any: what is wrong everywhere shows on a few. */
const SAMPLE = 20

/**
 * Looks at everything that a run needs, from the configuration to what we may do on nodes, and goes on as far as it
 * gets. Changes nothing.
 * @param named nodes to look at; empty: some of the site's, or of those that answer
 */
export async function* doctor(session: Session, named: readonly string[]): AsyncGenerator<Check> {
  let broken = false
  for await (const check of (await session.examine('transport')) ?? []) {
    broken ||= check.state === 'not-ok'
    yield check
  }
  if (session.simulated === true) yield ok('transport', 'a simulated fleet, as was asked for')
  if (session.simulated === 'default') {
    const hint = 'To reach real nodes set up the `choria` command, or name --choria-config FILE.'
    yield note('transport', 'a simulated fleet, as no Choria configuration was found', hint)
  }
  let transport: Transport | undefined
  try {
    transport = await session.openTransport()
    yield ok('caller', `nodes know us as ${transport.caller}`)
  } catch (error) {
    const check = failed('transport', error)
    // What keeps it from opening was most likely told above.
    yield broken ? note('nodes', 'Not asked, as they cannot be reached') : check
  }
  const reached = transport === undefined ? [] : yield* ping(transport, session)
  const site = yield* catalog(session)
  yield* (await session.examine('witness')) ?? []
  if (transport === undefined) return

  const all = named.length > 0 ? named : (site?.nodes ?? reached)
  if (named.length === 0 && site !== undefined) yield* compare(site.nodes, reached)
  const chosen = named.length > 0 ? all : all.slice(0, SAMPLE)
  if (chosen.length < all.length) {
    const hint = 'Name others with -I NODE or -I @FILE.'
    yield note('nodes', `${chosen.length} of ${all.length} are looked at`, hint)
  }
  if (chosen.length === 0) return
  try {
    yield* examineNodes(session, transport, chosen, site?.environment)
  } catch (error) {
    yield failed('nodes', error)
  }
}

/** @returns who answered, sorted */
async function* ping(
  transport: Transport,
  { clock, simulated }: Session,
): AsyncGenerator<Check, readonly string[]> {
  const nodes: string[] = []
  const started = clock.now()
  let first = 0
  try {
    for await (const node of discoverNodes(transport, EVERY_SERVER)) {
      if (nodes.length === 0) first = clock.now() - started
      nodes.push(node)
    }
  } catch (error) {
    yield failed('ping', error)
    return []
  }
  if (nodes.length > 0) {
    yield ok('ping', `${count(nodes.length, 'node')} answered, the first after ${first} ms`)
  } else if (simulated !== false) {
    yield note('ping', 'No node answered: a simulated fleet has no nodes until they are asked for')
  } else {
    const hint =
      "See that choria-server runs on the nodes, connects to this broker and is in this collective (-T), that the clocks agree, and that servers take our certificate's name: they drop what they do not take, without an answer."
    yield wrong('ping', 'No node answered', hint)
  }
  return nodes.sort()
}

interface Site {
  readonly environment: string
  readonly nodes: readonly string[]
}

async function* catalog(session: Session): AsyncGenerator<Check, Site | undefined> {
  if (!session.hasCatalog) {
    const hint = 'Name one with --site FILE or --catalog NAME, or in choirmaster.yaml.'
    yield note('catalog', 'Nothing says where the graph comes from', hint)
    return undefined
  }
  const told = new Set<string | undefined>()
  for await (const check of (await session.examine('catalog')) ?? []) {
    told.add(check.code)
    yield check
  }
  try {
    const choice = session.catalogChoice()
    const source = await session.openCatalog(choice)
    const graph = await source.environment(choice.environment ?? undefined, whole)
    const nodes = nodesOf(graph)
    const applications = Object.keys(graph.applications).length
    const what = `${count(applications, 'application')} on ${count(nodes.length, 'node')}`
    yield ok('catalog', `${choice.provider}: environment ${graph.environment}, ${what}`)
    return { environment: graph.environment, nodes }
  } catch (error) {
    const check = failed('catalog', error)
    const again = told.has(check.code)
    yield again ? note('catalog', 'The graph was not read, for the reason above') : check
    return undefined
  }
}

function nodesOf({ applications, edges = [] }: Environment): readonly string[] {
  const nodes = new Set(edges.flatMap(({ from, to }) => [from, to]))
  for (const components of Object.values(applications)) {
    for (const { node } of Object.values(components)) nodes.add(node)
  }
  return [...nodes].sort()
}

function* compare(wanted: readonly string[], reached: readonly string[]): Generator<Check> {
  if (reached.length === 0) return
  const there = new Set(reached)
  const absent = wanted.filter((node) => !there.has(node))
  if (absent.length === 0) {
    yield ok('site', `all ${count(wanted.length, 'node')} of the site answered the ping`)
    return
  }
  const some = `${absent.length} of ${count(wanted.length, 'node')} did not answer the ping: ${namedText(absent, SHOWN)}`
  const hint =
    'They are down, slow, or known to Choria by another name: its identities must be the certnames of the site.'
  yield note('site', some, hint)
}

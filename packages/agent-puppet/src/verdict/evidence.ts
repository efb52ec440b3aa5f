import type { Call, Evidence, Nodes, Outcome, Stream } from '@choirmaster/core/provide'
import { lastRunSummary } from '../actions/last-run-summary.js'
import type { Link } from '../actions/ask.js'
import { toFacts } from './facts.js'

/** Who says so: the node's own record of its last run. */
export const WITNESS = 'puppet-last-run'

/**
 * Reads the nodes' records of their last runs, with logs. A node that answers with an error is asked again without
 * them, since the logs are what mostly fails: the facts then say that no log could be read. A node that is silent is
 * not asked again: a reply that was lost must not cost the logs, the proof of a fresh catalog.
 */
export async function* evidence(link: Link, nodes: Nodes, call: Call): Stream<Outcome<Evidence>> {
  const again = new Map<string, string>()
  for await (const outcome of lastRunSummary(link, nodes, true, call)) {
    if (outcome.ok) {
      yield {
        node: outcome.node,
        ok: true,
        value: { witness: WITNESS, facts: toFacts(outcome.value) },
      }
    } else if (outcome.problem.silence === undefined && outcome.problem.code !== 'node-denied') {
      again.set(outcome.node, outcome.problem.code)
    } else {
      yield outcome
    }
  }
  for await (const outcome of lastRunSummary(link, [...again.keys()], false, call)) {
    const facts = outcome.ok && toFacts(outcome.value, again.get(outcome.node))
    yield facts
      ? { node: outcome.node, ok: true, value: { witness: WITNESS, facts } }
      : (outcome as Outcome<never>)
  }
}

import type { LastRunFacts } from '@choirmaster/agent-puppet'
import type { Check, Evidence, Outcome } from '@choirmaster/core/provide'
import { count, named } from '../views/words.js'
import { note, ok } from './check.js'
import { SHOWN } from './gather.js'

/** What nodes record of Puppet and of settings that spoil verdicts. */
export function* settingChecks(evidence: ReadonlyMap<string, Outcome<Evidence>>): Generator<Check> {
  const facts = [...evidence].flatMap(([node, outcome]) =>
    outcome.ok && outcome.value.witness === 'puppet-last-run'
      ? [[node, outcome.value.facts as LastRunFacts] as const]
      : [],
  )
  const versions = new Map<string, number>()
  for (const [, { puppet }] of facts) {
    if (puppet !== null) versions.set(puppet, (versions.get(puppet) ?? 0) + 1)
  }
  for (const [version, number] of [...versions].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield ok('Puppet', `${version} on ${count(number, 'node')}`)
  }
  const noop = facts.filter(([, { noops }]) => (noops ?? 0) > 0).map(([node]) => node)
  if (noop.length > 0) {
    const hint =
      'Unset noop in puppet.conf there: a run that changes nothing because of it counts as failed.'
    yield note('noop', `The last run of ${named(noop.sort(), SHOWN)} held noop events`, hint)
  }
  if (facts.length > 0) {
    const hint =
      'Set usecacheonfailure = false on the nodes to have such runs fail by themselves; a run of ours reads it from their logs in any case.'
    yield note(
      'cached catalogs',
      'Whether nodes fall back to a cached catalog when the new one does not compile cannot be seen from here',
      hint,
    )
  }
}

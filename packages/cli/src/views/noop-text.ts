import type { RunReport } from '@choirmaster/core'
import { cleanLine } from './clean.js'
import { count, named } from './words.js'

/** Certnames named on one line, and changes listed of nodes that are alike. */
const NAMED = 3
const LISTED = 50

/** Before anything is touched (promises, S11): a noop run is not dry. */
export const NOOP_NOTICE =
  'Noop: no resource is changed. Nodes are disabled and enabled, sync plugins, and their last run summary becomes that of the noop run.'

const NOT_SHOWN =
  'Not shown: what nodes would change once the nodes that they consume from have really been changed.'

/**
 * What a noop run would change, merged over nodes: those with the same changes stand together, most first. Lines without
 * ends. Of nodes that are not proven nobody knows it: nothing at all where there are no others.
 */
export function* noopText(report: RunReport): Generator<string> {
  if (report.noop !== true) return
  const alike = new Map<string, Alike>()
  for (const [node, { result, evidence }] of Object.entries(report.nodes)) {
    if (result !== 'changed' && result !== 'unchanged') continue
    const changes = changesOf(evidence['would_change'])
    // A title that holds the node's own name is the same change on each node.
    const merged = changes.map((change) => change.replaceAll(node, 'NODE'))
    // Puppet counts properties, and tells of refreshes in its log only.
    const told = Number(evidence['noop'] ?? 0) + Number(evidence['would_refresh'] ?? 0)
    const key = `${told}\n${[...merged].sort().join('\n')}`
    const same = alike.get(key)
    if (same === undefined) alike.set(key, { changes, told, nodes: [node] })
    else {
      same.changes = merged
      same.nodes.push(node)
    }
  }
  const groups = [...alike.values()].sort((a, b) => b.nodes.length - a.nodes.length)
  const differing = groups.filter(({ told, changes }) => told > 0 || changes.length > 0)
  if (groups.length === 0) return
  yield ''
  if (differing.length === 0) {
    const nodes = groups.reduce((sum, group) => sum + group.nodes.length, 0)
    yield `Noop: nothing would be changed on ${count(nodes, 'node')}`
    return
  }
  yield 'Noop: this would be changed:'
  for (const { nodes, changes, told } of differing) {
    const same = nodes.length > 1 ? 'the same ' : ''
    const most = Math.max(told, changes.length)
    yield `  ${same}${count(most, 'change')} on ${count(nodes.length, 'node')}: ${named(nodes.map(cleanLine), NAMED)}`
    for (const change of changes.slice(0, LISTED)) yield `      ${cleanLine(change)}`
    const rest = most - Math.min(changes.length, LISTED)
    if (rest > 0) yield `      and ${rest} more, in the report of the node`
  }
  const none = groups.find(({ told, changes }) => told === 0 && changes.length === 0)
  if (none !== undefined) yield `  nothing on ${count(none.nodes.length, 'node')}`
  yield NOT_SHOWN
}

interface Alike {
  /** Of one node as it told them. */
  changes: readonly string[]
  /** How many the node told of, named here or not. */
  readonly told: number
  readonly nodes: string[]
}

function changesOf(changes: unknown): readonly string[] {
  return Array.isArray(changes) ? changes.map(String) : []
}

import type { Finding, NodeState, Readiness, RunState } from '@choirmaster/core'
import { clean, cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { paceAsked } from './pace-text.js'
import { isDenied, runPolicyHint } from './policy-line.js'
import { count } from './words.js'

/** Worst first: the order in which nodes are listed. */
const SEVERITY: readonly Readiness[] = [
  'disabled',
  'ours',
  'refused',
  'not-connected',
  'no-answer',
  'not-provable',
  'failing',
  'busy',
  'ready',
]

/** All that the look found, at once and worst first; nothing when all nodes are simply ready. Lines without ends. */
export function lookText(state: RunState, colours: Colours): string[] {
  const found = state.nodes
    .flatMap((node) => node.findings.map((finding) => ({ node, finding })))
    .sort((a, b) => rank(a) - rank(b) || a.node.n - b.node.n)
  const blocking = found.filter(({ finding }) => finding.blocks)
  const others = found.filter(({ finding }) => !finding.blocks)
  return [
    ...section(colours.bad('Not ready:'), blocking, state),
    ...section(colours.warn('Worth knowing:'), others, state),
  ]
}

/** The question before the first change: `Run Puppet on 812 nodes (3 skipped), 20 at a time, production? (y/n) `. */
export function question(state: RunState): string {
  const going = state.nodes.filter((node) => node.outcome === null).length
  const skipped = state.nodes.length - going
  return `Run Puppet on ${count(going, 'node')}${skipped > 0 ? ` (${skipped} skipped)` : ''}, ${paceAsked(state.options)}, ${cleanLine(state.plan.environment)}? (y/n) `
}

interface Found {
  readonly node: NodeState
  readonly finding: Finding
}

function rank({ node, finding }: Found): number {
  const place = node.readiness === null ? 0 : SEVERITY.indexOf(node.readiness)
  return (finding.blocks ? 0 : SEVERITY.length) + place
}

function section(title: string, found: readonly Found[], state: RunState): string[] {
  if (found.length === 0) return []
  const name = ({ node }: Found): string => cleanLine(state.plan.nodes[node.n] ?? '')
  const width = Math.max(...found.slice(0, 1000).map((one) => name(one).length))
  return [
    title,
    ...groupsByHint(found, state.caller).flatMap(([hint, group]) => [
      ...group.map((one) => `  ${name(one).padEnd(width)}  ${cleanLine(one.finding.message)}`),
      ...(hint === undefined ? [] : [`  Hint: ${clean(hint)}`]),
    ]),
  ]
}

/** Each hint once with all that it helps, where the worst of them stands; what has no hint stays with its like. */
function groupsByHint(
  found: readonly Found[],
  caller: string,
): (readonly [hint: string | undefined, found: Found[]])[] {
  const groups = new Map<string | number, readonly [string | undefined, Found[]]>()
  for (const one of found) {
    const { code, hint: own } = one.finding
    const hint = isDenied(code) ? runPolicyHint(caller) : own
    const key = hint ?? rank(one)
    const group = groups.get(key) ?? ([hint, []] as const)
    groups.set(key, group)
    group[1].push(one)
  }
  return [...groups.values()]
}

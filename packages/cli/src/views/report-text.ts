import type { LeftDisabled, NodeReport, NodeResult, RunReport } from '@choirmaster/core'
import { clean, cleanLine } from './clean.js'
import type { Colours } from './colour.js'
import { noopText } from './noop-text.js'
import { isDenied, runPolicyHint } from './policy-line.js'
import { duration, stampOf } from './time.js'
import { count, named } from './words.js'

/** In the order in which they are counted. */
const RESULTS: readonly NodeResult[] = [
  'changed',
  'unchanged',
  'failed',
  'unknown',
  'refused',
  'skipped',
  'not reached',
  'cancelled',
]

/** The command to type for the one of the report; undefined: there is nothing left that could be enabled. */
export type Freeing = (command: string) => string | undefined

const FLEET_ENDED =
  'The simulated fleet ended with this command; with --set transport.state=FILE it is kept'

function isProven({ result }: NodeReport): boolean {
  return result === 'changed' || result === 'unchanged'
}

/** How a run ended: counts, each node that is not proven and why, each that stays disabled and how to free it. Lines without ends. */
export function* summaryText(
  report: RunReport,
  colours: Colours,
  freeing: Freeing = (command) => command,
): Generator<string> {
  const { bad, good, bold } = colours
  const paint = report.exit === 0 ? good : bad
  yield bold(`Run ${report.run} ${paint(report.result)}${took(report)}: ${counts(report)}`)
  yield* noopText(report)
  yield* table('Not proven:', notProven(report))
  if (Object.values(report.nodes).some(({ code }) => isDenied(code))) {
    yield `Hint: ${clean(runPolicyHint(report.caller))}`
  }
  yield* table('Warnings:', warnings(report))
  yield* codeChanged(report)
  yield* leftText(report, colours, freeing)
}

/** Nodes named for each version. */
const NAMED = 5

function* codeChanged({ code_changed: versions }: RunReport): Generator<string> {
  if (versions === undefined) return
  yield* table(
    'Warning: code changed under the run, so its order is that of older code:',
    Object.entries(versions).map(([version, nodes]) => [version, named(nodes, NAMED)]),
  )
}

/** Apart by who holds the lock: what frees a node of ours frees nobody else's. */
function* leftText(report: RunReport, { bad, bold }: Colours, freeing: Freeing): Generator<string> {
  const left = Object.entries(report.left_disabled)
  const held = (by: LeftDisabled['lock']): [string, string][] =>
    left.flatMap(([node, { lock, reason }]) => (lock === by ? [[node, reason]] : []))
  const command = left.find(([, { lock }]) => lock !== 'foreign')?.[1].command ?? ''
  const how = freeing(command)
  const ours = held('ours')
  const unknown = held('unknown')
  const foreign = held('foreign')
  yield* table(bad('Disabled by us:'), ours)
  if (ours.length > 0) {
    yield how === undefined ? FLEET_ENDED : `Enable them with: ${bold(cleanLine(how))}`
  }
  yield* table(bad('Not known whether disabled:'), unknown)
  if (unknown.length > 0) {
    yield how === undefined
      ? FLEET_ENDED
      : `Asked again, and enabled where disabled by us, with: ${bold(cleanLine(how))}`
  }
  yield* table(bad('Disabled by somebody else:'), foreign)
  if (foreign.length > 0) yield 'Ask them: choirmaster enables only what it disabled itself'
}

/**
 * A past run, whole: the summary and then each node. Lines without ends.
 * @param holder what is told of who works on a run that has not ended
 */
export function* reportText(
  report: RunReport,
  colours: Colours,
  holder: Iterable<string> = [],
): Generator<string> {
  yield `Run ${report.run} of ${cleanLine(report.caller)}, ${cleanLine(report.environment)}, plan ${report.digest.slice(0, 12)}`
  yield `Started ${stampOf(report.started)}, ${report.ended === null ? 'not ended' : `ended ${stampOf(report.ended)}`}`
  yield* holder
  yield ''
  yield* summaryText(report, colours)
  const proven = Object.entries(report.nodes).filter(([, node]) => isProven(node))
  yield* table(
    'Proven:',
    proven.map(([node, { result }]) => [node, result]),
  )
}

/** Cancelled before anything was touched: there is nothing to tell of any node. */
export function isUntouched({ result, exit }: RunReport): boolean {
  return result === 'cancelled' && exit === 3
}

function took({ started, ended }: RunReport): string {
  return ended === null ? '' : ` after ${duration(Date.parse(ended) - Date.parse(started))}`
}

function counts(report: RunReport): string {
  const parts = RESULTS.flatMap((result) => {
    const number = report.counts[result] ?? 0
    return number > 0 ? [`${number} ${result}`] : []
  })
  return [count(Object.keys(report.nodes).length, 'node'), ...parts].join(', ')
}

function notProven(report: RunReport): [string, string][] {
  if (isUntouched(report)) return []
  // Of a run that was refused those matter that it was refused for.
  const matters = (node: NodeReport): boolean =>
    report.result === 'refused' ? node.result === 'refused' : !isProven(node)
  return Object.entries(report.nodes)
    .filter(([, node]) => matters(node))
    .map(([name, { result, reason }]) => [name, `${result}: ${reason}`])
}

function warnings(report: RunReport): [string, string][] {
  return Object.entries(report.nodes).flatMap(([name, node]) =>
    node.warnings.map((warning): [string, string] => [name, warning]),
  )
}

function* table(title: string, rows: readonly (readonly [string, string])[]): Generator<string> {
  if (rows.length === 0) return
  const width = rows.reduce((most, [name]) => Math.max(most, name.length), 0)
  yield ''
  yield title
  for (const [name, text] of rows) yield `  ${cleanLine(name).padEnd(width)}  ${cleanLine(text)}`
}

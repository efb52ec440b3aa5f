import type { Finding, Milliseconds, Moment, Notice } from '@choirmaster/core/provide'
import type { Row } from '@choirmaster/puppet-client'
import { count, someOf } from './names.js'

/** What the graph knows of nodes, as the look has it of them. */
export const graphFindings = {
  'puppetdb-no-report': {
    title: 'PuppetDB has no report of the node within `--max-age`',
    hint: 'Run Puppet there and see that its report comes, or leave the node out with --unready skip or --exclude',
    blocks: true,
  },
} as const

export interface Freshness {
  /** `certname`, `catalog_timestamp`, `report_timestamp`, `deactivated`, `expired`, of all nodes of the environment. */
  readonly nodes: readonly Row[]
  /** Certnames that have components. */
  readonly used: ReadonlySet<string>
  /** Certnames that were compiled now, so that the age of what PuppetDB has does not matter. */
  readonly compiled: ReadonlySet<string>
  /** Certnames that have components and are left out, as PuppetDB holds them for gone. */
  readonly leftOut: ReadonlySet<string>
  readonly maxAge?: Milliseconds
  readonly now: Moment
}

/** Whether a node expired by itself: nobody said that it is gone. */
export function isExpired({ deactivated, expired }: Row): boolean {
  return typeof expired === 'string' && typeof deactivated !== 'string'
}

const certnames = (rows: readonly Row[]): string[] =>
  rows.map(({ certname }) => String(certname)).sort()

const seconds = (moment: Moment): string => new Date(moment).toISOString().replace(/\.\d+Z$/, 'Z')

function moment(value: unknown): Moment | undefined {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(parsed) ? undefined : parsed
}

/** `90 s`, `15 min`, `26 h`, `12 days`: as exact as an age need be. */
function age(span: Milliseconds): string {
  const minutes = span / 60_000
  if (minutes < 2) return `${Math.max(0, Math.round(span / 1000))} s`
  if (minutes < 120) return `${Math.round(minutes)} min`
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`
}

function catalogs(nodes: readonly Row[], compiled: number, now: Moment): Notice | undefined {
  let [oldest, newest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let whose: unknown
  for (const { certname, catalog_timestamp: text } of nodes) {
    const at = moment(text)
    if (at === undefined) continue
    if (at < oldest) [oldest, whose] = [at, certname]
    newest = Math.max(newest, at)
  }
  const parts = [
    ...(compiled === 0 ? [] : [`${count(compiled, 'catalog')} compiled now`]),
    ...(whose === undefined
      ? []
      : [
          `${count(nodes.length, 'catalog')}, compiled from ${seconds(oldest)} ` +
            `(${age(now - oldest)} ago, ${someOf([String(whose)])}) to ${seconds(newest)} (${age(now - newest)} ago)`,
        ]),
  ]
  if (parts.length === 0) return undefined
  return {
    level: 'info',
    code: 'puppetdb-catalogs',
    message: `The graph is from ${parts.join(', and from ')}`,
  }
}

function silentNodes(nodes: readonly Row[], maxAge: Milliseconds, now: Moment): readonly Row[] {
  return nodes.filter(({ report_timestamp: text }) => {
    const at = moment(text)
    return at === undefined || now - at > maxAge
  })
}

/** Nodes without a report for too long are not ready: what a run of one would meet there, nobody has seen for so long. */
export function freshnessFindings(state: Freshness): ReadonlyMap<string, Finding> {
  const { nodes, used, maxAge, now } = state
  if (maxAge === undefined) return new Map()
  const mine = nodes.filter(({ certname }) => used.has(String(certname)))
  const { hint, blocks } = graphFindings['puppetdb-no-report']
  return new Map(
    silentNodes(mine, maxAge, now).map(({ certname, report_timestamp: text }) => {
      const at = moment(text)
      const last = at === undefined ? 'it never sent one' : `its last is of ${seconds(at)}`
      const message = `PuppetDB has no report of it within ${age(maxAge)}: ${last}`
      return [String(certname), { code: 'puppetdb-no-report', message, hint, blocks }]
    }),
  )
}

function withoutReport(
  nodes: readonly Row[],
  maxAge: Milliseconds,
  now: Moment,
): Notice | undefined {
  const silent = silentNodes(nodes, maxAge, now)
  if (silent.length === 0) return undefined
  return {
    level: 'warning',
    code: 'puppetdb-no-report',
    message: `Not ready: no report within ${age(maxAge)} from ${count(silent.length, 'node')}: ${someOf(certnames(silent))}`,
  }
}

function expired(nodes: readonly Row[], leftOut: ReadonlySet<string>): Notice | undefined {
  const gone = nodes.filter((node) => isExpired(node) && leftOut.has(String(node.certname)))
  if (gone.length === 0) return undefined
  return {
    level: 'warning',
    code: 'puppetdb-node-expired',
    message: `Not ready: ${count(gone.length, 'node')} with components expired in PuppetDB and left out: ${someOf(certnames(gone))}`,
  }
}

/** What is worth knowing of how old the graph is. */
export function freshness(state: Freshness): readonly Notice[] {
  const { nodes, used, compiled, leftOut, maxAge, now } = state
  const mine = nodes.filter(({ certname }) => used.has(String(certname)))
  return [
    catalogs(
      mine.filter(({ certname }) => !compiled.has(String(certname))),
      compiled.size,
      now,
    ),
    expired(nodes, leftOut),
    maxAge === undefined ? undefined : withoutReport(mine, maxAge, now),
  ].filter((notice) => notice !== undefined)
}

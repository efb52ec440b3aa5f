import type { Judged } from './judged.js'

/** R2: unverified runs may be accepted where the options say so, and then the report names each such node. */
export function isWaived({ options, report }: Judged, name: string): boolean {
  const { warnings = [] } = report.nodes[name] ?? {}
  return options.acceptUnverified && warnings.some((text) => text.startsWith('unverified: '))
}

export function isProven({ report }: Judged, name: string): boolean {
  const result = report.nodes[name]?.result
  return result === 'changed' || result === 'unchanged'
}

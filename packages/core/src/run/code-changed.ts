import type { NodeReport } from './report-types.js'

/** Puppet's own `config_version`, where no script makes it: the moment of compilation, which differs always. */
const MOMENT = /^\d+$/

/**
 * The versions of the code that the nodes of a run were compiled from, each with its nodes, as the evidence of their
 * verdicts has them; undefined where all had the same, or none can be told. Several mean that somebody deployed under
 * the run, so that its order is that of older code.
 */
export function codeChanged(
  nodes: Readonly<Record<string, NodeReport>>,
): Readonly<Record<string, readonly string[]>> | undefined {
  const versions = new Map<string, string[]>()
  for (const [node, { evidence }] of Object.entries(nodes)) {
    const version = evidence['config_version']
    // What the agent wrote where it got no catalog.
    if (typeof version !== 'string' || version === '' || version === 'unknown') continue
    if (MOMENT.test(version)) continue
    const same = versions.get(version)
    if (same === undefined) versions.set(version, [node])
    else same.push(node)
  }
  return versions.size > 1 ? Object.fromEntries(versions) : undefined
}

import type { Ending, Rule } from './rule.js'
import { finding, plural } from './rule.js'
import { isAtLeast } from './version.js'

/**
 * Endings that are no success, told from the run's own record; also of runs that nobody asked for. `failed: 0` is
 * none of them: it is also what a failed compile, a cached catalog, a signal and a noop run leave.
 */
export const ENDINGS: readonly Rule<Ending>[] = [
  {
    code: 'puppet-resources-failed',
    result: 'failed',
    title: 'Resources failed',
    applies: resourcesFailed,
  },
  {
    code: 'puppet-command-failed',
    result: 'failed',
    title: 'The prerun or postrun command failed',
    applies: (ending) =>
      finding(ending, 'command') && 'the prerun or postrun command of the node failed',
  },
  {
    code: 'puppet-no-catalog',
    result: 'failed',
    title: 'No catalog was got, as nothing was compiled and none was cached',
    applies: ({ facts }) =>
      (facts.total ?? 0) === 0 || NO_VERSION.has(facts.configVersion) || !facts.retrieved
        ? 'no catalog was got: it does not compile, or Puppet Server or plugin sync failed'
        : undefined,
  },
  {
    code: 'puppet-stale-catalog',
    result: 'failed',
    title: 'A cached catalog was applied, not the current code',
    applies: (ending) =>
      finding(ending, 'stale') &&
      'a cached catalog was applied, not the current code: it does not compile, or Puppet Server or plugin sync failed',
  },
  {
    code: 'puppet-aborted',
    result: 'failed',
    title: 'The catalog was not applied to its end',
    applies: (ending) =>
      finding(ending, 'aborted') &&
      'the catalog was not applied to its end; a dependency cycle does that',
  },
  {
    code: 'puppet-interrupted',
    result: 'failed',
    title: 'The run was interrupted',
    applies: (ending) =>
      finding(ending, 'interrupted') || (!ending.facts.applied && marksTheEnd(ending))
        ? 'the run was interrupted before the catalog was applied to its end: a signal, or the runtimeout; what it started may run on'
        : undefined,
  },
  {
    code: 'puppet-generate-failed',
    result: 'failed',
    title: 'A resource failed to generate others, which no count shows',
    applies: (ending) =>
      finding(ending, 'generate') && 'a resource failed to generate the resources that it manages',
  },
]

/** Values of config_version without a catalog: a failed retrieval; the same in an old report; no summary file. */
const NO_VERSION: ReadonlySet<string | null> = new Set([null, '', 'unknown'])

function resourcesFailed({ facts }: Ending): string | undefined {
  const { failed, failedToRestart, failures, total } = facts
  if ((failed ?? 0) > 0) return `${failed} of ${plural(total ?? 0, 'resource')} failed`
  // Puppet 4 counts these apart and leaves `failed` at 0.
  if ((failedToRestart ?? 0) > 0)
    return `${plural(failedToRestart ?? 0, 'resource')} failed to restart`
  return (failures ?? 0) > 0 ? `${plural(failures ?? 0, 'event')} failed` : undefined
}

/** Puppet 5.5 and newer record `time.catalog_application`, and only if the application came to its end. */
function marksTheEnd({ facts }: Ending): boolean {
  return isAtLeast(facts.puppet, 5, 5) === true
}

import type { Ending } from '../node/endings.js'
import type { RunScript } from '../node/node.js'
import type { FaultKind } from './fault.js'
import { count, flag, seconds } from './params.js'

/** A run that ends in a certain way; how each looks is in node/endings.ts and agent/logs.ts. */
const ends = (ending: Ending, does: string, concludes: string): FaultKind<unknown> => ({
  name: ending,
  strikes: 'run',
  does,
  concludes,
  params: {},
  run(script) {
    script.ending = ending
  },
})

/** A run without a fresh catalog: the old one is applied, or none. */
const falls = (
  name: string,
  cached: Ending,
  none: Ending,
  does: string,
): FaultKind<{ readonly cached?: boolean }> => ({
  name,
  strikes: 'run',
  does: `${does}; applies the cached catalog (\`cached\`, true), failed 0, or none at all.`,
  concludes: 'Failed: no fresh catalog was applied.',
  params: { cached: flag },
  run(script, params) {
    script.ending = params.cached === false ? none : cached
  },
})

export const changed = ends('changed', 'Changes something and ends well.', 'Changed.')
export const unchanged = ends('unchanged', 'Finds nothing to change.', 'Unchanged.')
export const failedResources: FaultKind<{ readonly count?: number }> = {
  name: 'failed-resources',
  strikes: 'run',
  does: '`count` (1) resources fail, one that depends on them is skipped.',
  concludes: 'Failed.',
  params: { count },
  run(script, params) {
    script.ending = 'failed-resources'
    script.failed = params.count ?? 1
  },
}
export const failedRefresh = ends('failed-refresh', 'A service cannot be restarted.', 'Failed.')
export const dependencyCycle = ends(
  'dependency-cycle',
  'The catalog has a dependency cycle: nothing is applied.',
  'Failed.',
)
export const compileFailure = falls(
  'compile-failure',
  'compile-failure-cached',
  'compile-failure',
  'The catalog does not compile',
)
export const serverDown = falls(
  'server-down',
  'server-down-cached',
  'server-down',
  'Puppet Server cannot be reached',
)
export const pluginsyncFailure = ends(
  'pluginsync-failure-cached',
  'Plugins cannot be downloaded; the cached catalog is applied, failed 0.',
  'Failed: no fresh catalog was applied.',
)
export const prerunFailure = ends(
  'prerun-failure',
  'prerun_command fails: no catalog, failed 0.',
  'Failed.',
)
export const postrunFailure = ends(
  'postrun-failure',
  'postrun_command fails after the catalog was applied.',
  'Failed: the log line says so.',
)
export const allSkipped = ends('all-skipped', 'Skips every resource.', 'Failed: nothing applied.')

const cutOff = (
  name: string,
  ending: Ending,
  does: string,
): FaultKind<{ readonly seconds?: number }> => ({
  name,
  strikes: 'run',
  does: `${does} \`seconds\` (half of its time) after it took the run lock; failed 0.`,
  concludes: 'Failed: interrupted.',
  params: { seconds },
  run(script, params) {
    script.ending = ending
    script.seconds = params.seconds ?? half(script)
  },
})
/** A run that would hang is cut off after a minute. */
const half = (script: RunScript): number => (script.seconds === 'forever' ? 60 : script.seconds / 2)

export const interrupted = cutOff('interrupted', 'interrupted', 'Gets a SIGTERM')
export const timedOut = cutOff('timed-out', 'timed-out', "Runs into Puppet's runtimeout")
export const killed: FaultKind<{ readonly seconds?: number }> = {
  name: 'killed',
  strikes: 'run',
  does: 'Dies (SIGKILL, out of memory) `seconds` (half of its time) after it took the run lock: no summary.',
  concludes:
    'Failed: seen applying, over, and nothing recorded; unseen it counts as never started.',
  params: { seconds },
  run(script, params) {
    script.killedAfter = params.seconds ?? half(script)
  },
}
export const hangs: FaultKind<unknown> = {
  name: 'hangs',
  strikes: 'run',
  does: 'Applies for ever.',
  concludes: 'Unknown at the run deadline; stays disabled, as it cannot be stopped from here.',
  params: {},
  run(script) {
    script.seconds = 'forever'
  },
}
export const runTime: FaultKind<{ readonly seconds: number }> = {
  name: 'run-time',
  strikes: 'run',
  does: 'Its run takes `seconds`: 0.2 is over between two polls, 1200 is long.',
  concludes: 'As the run ended; a run too short to be seen is known by its lastrun.',
  params: { seconds },
  required: ['seconds'],
  run(script, params) {
    script.seconds = params.seconds
  },
}
export const slowStart: FaultKind<{ readonly seconds: number }> = {
  name: 'slow-start',
  strikes: 'run',
  does: 'Its run takes the run lock only `seconds` after the request (1 to 13 are usual).',
  concludes: 'As the run ended.',
  params: { seconds },
  required: ['seconds'],
  run(script, params) {
    script.show = params.seconds
  },
}
export const neverStarts: FaultKind<unknown> = {
  name: 'never-starts',
  strikes: 'run',
  does: 'Acknowledges runonce; the process dies before it takes the run lock, without a trace.',
  concludes: 'Asked once more after the start deadline, then failed: never started.',
  params: {},
  run(script) {
    script.stillborn = true
  },
}
export const slowReport: FaultKind<{ readonly seconds: number }> = {
  name: 'slow-report',
  strikes: 'run',
  does: 'The report is in flight for `seconds`: new counts, old logs, still applying.',
  concludes: 'As the run ended, judged only when it has.',
  params: { seconds },
  required: ['seconds'],
  run(script, params) {
    script.reporting = params.seconds
    if (script.seconds !== 'forever') script.seconds += params.seconds
  },
}
export const facterErrors: FaultKind<{ readonly count?: number }> = {
  name: 'facter-errors',
  strikes: 'run',
  does: 'Logs `count` (18) harmless errors of source Facter.',
  concludes: 'As the run ended: noise is no failure.',
  params: { count },
  run(script, params) {
    script.facterErrors = params.count ?? 18
  },
}
export const unsentReport: FaultKind<unknown> = {
  name: 'unsent-report',
  strikes: 'run',
  does: 'Its report cannot be sent, and as on Puppet before 6.25 and 7.11 the log stays that of the run before.',
  concludes: 'Unverified: failed, unless unverified runs are accepted.',
  params: {},
  run(script) {
    script.unsent = true
  },
}

export const badSummary: FaultKind<{ readonly nan?: boolean }> = {
  name: 'bad-summary',
  strikes: 'run',
  does: 'Leaves a summary file that is empty, or holds `.nan` (`nan: true`) and kills the shim.',
  concludes: 'Unknown: the run cannot be judged.',
  params: { nan: flag },
  run(script, params) {
    script.writes = params.nan === true ? 'not-a-number' : 'corrupt'
  },
}

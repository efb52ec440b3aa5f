import type { FaultEntry } from '../../src/index.js'

/** How a run of LAMP ends whose node dev2, a web server, has a fault. */
export interface Ending {
  readonly result: string
  readonly exit: number
  /** Result and lock of the two other web servers. */
  readonly others: string
  /** Of the database, on which all depend. */
  readonly database: string
  readonly left: readonly string[]
}

const ALL = ['dev1', 'dev2', 'dev3', 'dev4']

/** Found by the look: nothing is touched. */
const REFUSED: Ending = {
  result: 'refused',
  exit: 3,
  others: 'not reached released',
  database: 'not reached released',
  left: [],
}
const FINE: Ending = {
  result: 'succeeded',
  exit: 0,
  others: 'changed released',
  database: 'changed released',
  left: [],
}
/** Before the first run was requested: nothing was changed, so nobody stays disabled. */
const FREED: Ending = { ...REFUSED, result: 'failed', exit: 5 }
/** Both applications hold a node that is not proven, so all of their nodes stay disabled. */
const KEPT: Ending = {
  result: 'failed',
  exit: 7,
  others: 'changed ours',
  database: 'changed ours',
  left: ALL,
}
/** As before, but the node itself could not be disabled again. */
const KEPT_BUT: Ending = { ...KEPT, left: ['dev1', 'dev3', 'dev4'] }
/** All is proven, and somebody else's lock is on the node. */
const THEIRS: Ending = { ...FINE, result: 'incomplete', exit: 7, left: ['dev2'] }

/** What the node itself ends as, where all is well. */
const WELL = 'changed puppet-changed released'

/** Fault of dev2 → how the run ends, and what dev2 does: result, code, lock. */
export const FAILURE_MATRIX: readonly (readonly [FaultEntry, Ending, string?])[] = [
  // Requests and replies
  [{ fault: 'silent' }, REFUSED, 'refused node-no-reply unknown'],
  [{ fault: 'silent', after: 40 }, KEPT, 'unknown node-silent ours'],
  [{ fault: 'silent', after: 40, actions: ['status'] }, KEPT, 'unknown node-silent ours'],
  [{ fault: 'silent', actions: ['runonce'], after: 20 }, KEPT, 'failed run-never-started ours'],
  [{ fault: 'silent', actions: ['disable'], after: 6 }, FREED, 'refused node-no-reply released'],
  [
    { fault: 'silent', actions: ['last_run_summary'], after: 20 },
    KEPT,
    'unknown evidence-missing ours',
  ],
  [{ fault: 'slow', seconds: 15 }, FINE],
  [{ fault: 'slow', seconds: 25 }, REFUSED, 'refused node-no-reply unknown'],
  [{ fault: 'slow', seconds: 25, after: 40 }, KEPT, 'unknown node-silent ours'],
  [{ fault: 'late-reply' }, REFUSED, 'refused node-no-reply unknown'],
  [{ fault: 'late-reply', times: 2, after: 40 }, FINE],
  [{ fault: 'late-reply', actions: ['runonce'], after: 20 }, FINE],
  [{ fault: 'duplicate-reply' }, FINE],
  [{ fault: 'lost-reply', actions: ['disable', 'enable', 'runonce'], after: 6 }, FINE],
  [{ fault: 'lost-reply' }, REFUSED, 'refused node-no-reply unknown'],
  [{ fault: 'late-effect', actions: ['disable', 'enable', 'runonce'], after: 6 }, FINE],
  [{ fault: 'late-effect', actions: ['disable'], after: 40 }, FINE],
  [{ fault: 'denied' }, REFUSED, 'refused node-denied unknown'],
  [{ fault: 'denied', actions: ['disable'] }, REFUSED, 'refused look-disable-denied released'],
  [{ fault: 'denied', actions: ['runonce'] }, REFUSED, 'refused look-run-denied released'],
  [{ fault: 'denied', actions: ['enable'] }, KEPT, 'failed node-denied ours'],
  [
    { fault: 'denied', actions: ['last_run_summary'] },
    REFUSED,
    'refused look-summary-unreadable released',
  ],
  [{ fault: 'denied', actions: ['runonce'], after: 40 }, KEPT, 'failed node-denied ours'],
  [{ fault: 'denied', actions: ['disable'], after: 55 }, KEPT_BUT, 'failed node-denied released'],
  [{ fault: 'error-reply' }, REFUSED, 'refused node-agent-error unknown'],
  [{ fault: 'error-reply', done: false }, REFUSED, 'refused node-shim-failed unknown'],
  [{ fault: 'error-reply', actions: ['disable', 'enable'], after: 6 }, FINE],
  [
    { fault: 'error-reply', actions: ['disable', 'enable'], done: false, after: 6 },
    FREED,
    'refused node-shim-failed released',
  ],
  [{ fault: 'error-reply', actions: ['runonce'], after: 20 }, FINE],
  [
    { fault: 'error-reply', actions: ['runonce'], done: false, after: 20 },
    KEPT,
    'failed run-never-started ours',
  ],
  [
    { fault: 'error-reply', actions: ['last_run_summary'], after: 20 },
    KEPT,
    'unknown evidence-missing ours',
  ],
  [{ fault: 'error-reply', actions: ['status'], after: 40 }, KEPT, 'unknown node-silent ours'],
  [{ fault: 'damaged-reply', times: 3, after: 20 }, FINE],
  [{ fault: 'damaged-reply' }, REFUSED, 'refused node-no-reply unknown'],
  // How runs go
  [{ fault: 'changed' }, FINE],
  [{ fault: 'unchanged' }, FINE, 'unchanged puppet-unchanged released'],
  [{ fault: 'failed-resources' }, KEPT, 'failed puppet-resources-failed ours'],
  [{ fault: 'failed-refresh' }, KEPT, 'failed puppet-resources-failed ours'],
  [{ fault: 'dependency-cycle' }, KEPT, 'failed puppet-resources-failed ours'],
  [{ fault: 'compile-failure' }, KEPT, 'failed puppet-stale-catalog ours'],
  [{ fault: 'compile-failure', cached: false }, KEPT, 'failed puppet-no-catalog ours'],
  [{ fault: 'server-down' }, KEPT, 'failed puppet-stale-catalog ours'],
  [{ fault: 'server-down', cached: false }, KEPT, 'failed puppet-no-catalog ours'],
  [{ fault: 'pluginsync-failure-cached' }, KEPT, 'failed puppet-stale-catalog ours'],
  [{ fault: 'prerun-failure' }, KEPT, 'failed puppet-command-failed ours'],
  [{ fault: 'postrun-failure' }, KEPT, 'failed puppet-command-failed ours'],
  [{ fault: 'all-skipped' }, KEPT, 'failed puppet-all-skipped ours'],
  [{ fault: 'interrupted' }, KEPT, 'failed puppet-interrupted ours'],
  [{ fault: 'timed-out' }, KEPT, 'failed puppet-interrupted ours'],
  [{ fault: 'killed' }, KEPT, 'failed run-died ours'],
  [{ fault: 'killed', seconds: 0.5 }, KEPT, 'failed run-never-started ours'],
  [{ fault: 'hangs' }, KEPT, 'unknown run-over-limit ours'],
  [{ fault: 'run-time', seconds: 0.2 }, FINE],
  [{ fault: 'run-time', seconds: 800 }, FINE],
  [{ fault: 'run-time', seconds: 1200 }, KEPT, 'unknown run-over-limit ours'],
  [{ fault: 'slow-start', seconds: 13 }, FINE],
  [{ fault: 'slow-start', seconds: 60 }, FINE],
  [{ fault: 'slow-start', seconds: 100 }, FINE],
  [{ fault: 'never-starts' }, KEPT, 'failed run-never-started ours'],
  [{ fault: 'never-starts', attempt: 1 }, FINE],
  [{ fault: 'slow-report', seconds: 20 }, FINE],
  [{ fault: 'facter-errors' }, FINE],
  [{ fault: 'bad-summary' }, KEPT, 'unknown node-silent unknown'],
  [{ fault: 'bad-summary', nan: true }, KEPT, 'unknown evidence-missing ours'],
  // Operators, cron and other strangers
  [{ fault: 'disabled', message: 'kernel upgrade' }, REFUSED, 'refused look-disabled foreign'],
  [{ fault: 'disabled', message: null }, REFUSED, 'refused look-disabled foreign'],
  [{ fault: 'disabled', at: 30, message: 'x' }, FINE],
  [
    { fault: 'disabled', on: 'enabled', message: 'x' },
    KEPT,
    'refused node-disabled-by-other foreign',
  ],
  [{ fault: 'disabled', on: 'requested', message: 'x' }, KEPT, 'failed run-never-started foreign'],
  [{ fault: 'disabled', on: 'started', message: 'x' }, THEIRS, 'changed puppet-changed foreign'],
  [{ fault: 'disabled', on: 'ended', message: 'x' }, THEIRS, 'changed puppet-changed foreign'],
  [{ fault: 'broken-lock' }, REFUSED, 'refused node-lock-unreadable unknown'],
  [{ fault: 'broken-lock', on: 'started' }, KEPT, 'unknown node-silent unknown'],
  [{ fault: 'broken-lock', on: 'ended' }, KEPT, 'unknown node-silent unknown'],
  [{ fault: 'enabled', at: 30 }, FREED, 'refused node-enabled-by-other released'],
  [{ fault: 'enabled', on: 'ended', delay: 10 }, FINE],
  [{ fault: 'enabled', on: 'disabled' }, FINE],
  [{ fault: 'foreign-run' }, FINE],
  [{ fault: 'foreign-run', seconds: 20000 }, FREED, 'refused node-stuck released'],
  [{ fault: 'foreign-run', on: 'enabled' }, FINE],
  [{ fault: 'foreign-run', on: 'requested', delay: 0 }, FINE],
  [
    { fault: 'foreign-run', on: 'requested', delay: 0, ending: 'failed-resources', seconds: 30 },
    KEPT,
    'failed puppet-resources-failed ours',
  ],
  [{ fault: 'foreign-run', on: 'ended' }, FINE],
  [
    { fault: 'foreign-run', on: 'ended', ending: 'failed-resources', seconds: 5 },
    KEPT,
    'failed puppet-resources-failed ours',
  ],
  // Files on the node
  [{ fault: 'stale-lock' }, FREED, 'refused node-stuck released'],
  [{ fault: 'stale-lock', seconds: 100 }, FINE],
  [{ fault: 'stale-lock', on: 'ended' }, KEPT, 'unknown run-over-limit ours'],
  [{ fault: 'corrupt-summary' }, REFUSED, 'refused node-summary-unreadable unknown'],
  [{ fault: 'corrupt-summary', nan: true }, REFUSED, 'refused look-summary-unreadable released'],
  [{ fault: 'corrupt-summary', on: 'enabled' }, KEPT, 'unknown node-silent unknown'],
  [{ fault: 'corrupt-summary', on: 'ended', nan: true }, KEPT, 'unknown evidence-missing ours'],
  [{ fault: 'corrupt-summary', on: 'ended' }, KEPT, 'unknown node-silent unknown'],
  [{ fault: 'missing-summary' }, FINE],
  [{ fault: 'never-ran' }, FREED, 'refused node-agent-error released'],
  [{ fault: 'no-cached-catalog' }, FINE],
  [{ fault: 'unreadable-logs' }, REFUSED, 'refused look-not-provable released'],
  [{ fault: 'no-reports' }, KEPT, 'failed puppet-logs-unreadable ours'],
  [{ fault: 'unsent-report' }, KEPT, 'failed puppet-logs-unreadable ours'],
  // The machine
  [{ fault: 'daemon' }, FINE],
  [{ fault: 'daemon', signal: false }, FINE],
  [{ fault: 'windows' }, FINE],
  [{ fault: 'noop' }, KEPT, 'failed puppet-noop ours'],
  [{ fault: 'puppet-missing' }, KEPT, 'failed node-puppet-missing ours'],
  [{ fault: 'environment', name: 'dev' }, REFUSED, 'refused look-environment-differs released'],
  [{ fault: 'puppet-version', version: '4.10.12' }, FINE],
  [{ fault: 'puppet-version', version: '8.10.0' }, FINE],
  [{ fault: 'ports-closed' }, FINE],
  [{ fault: 'clock-offset', seconds: 3600 }, FINE],
  [{ fault: 'clock-offset', seconds: -3600 }, FINE],
  [{ fault: 'clock-step', seconds: 3600, on: 'started' }, KEPT, 'unknown node-clock ours'],
  [{ fault: 'clock-step', seconds: -3600, on: 'started' }, KEPT, 'unknown node-clock ours'],
  [{ fault: 'clock-step', seconds: -3600, at: 30 }, KEPT, 'unknown node-clock ours'],
  [{ fault: 'clock-step', seconds: 3600, at: 30 }, FINE],
  [{ fault: 'not-connected' }, REFUSED, 'refused node-not-connected unknown'],
  [{ fault: 'not-connected', at: 40 }, KEPT, 'unknown node-silent ours'],
  [{ fault: 'not-connected', on: 'started', seconds: 60 }, FINE],
  [{ fault: 'server-restart', on: 'started' }, FINE],
  [{ fault: 'server-restart', on: 'started', seconds: 2000 }, KEPT, 'unknown node-silent unknown'],
  [{ fault: 'reboot', on: 'started', delay: 5 }, KEPT, 'failed run-died ours'],
  [
    { fault: 'reboot', on: 'started', delay: 5, seconds: 3000 },
    KEPT,
    'unknown node-silent unknown',
  ],
  [{ fault: 'reboot', at: 30 }, FINE],
]

/** What dev2 ends as. */
export function expected([, ending, own]: (typeof FAILURE_MATRIX)[number]): string {
  return own ?? (ending === FINE ? WELL : '')
}

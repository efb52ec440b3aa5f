import type { FaultKind } from './fault.js'
import { flag, seconds } from './params.js'

/** Faults of the files that Puppet and the plugin keep on a node. */
export const staleLock: FaultKind<{ readonly seconds?: number }> = {
  name: 'stale-lock',
  strikes: 'time',
  does: 'A run lock is left whose pid belongs to another process now: applying for ever, or for `seconds`. Puppet itself would clear it.',
  concludes: 'Busy: at the drain deadline a stuck run, operator needed.',
  params: { seconds },
  time(scene, params) {
    scene.node.state.stuck = true
    if (params.seconds !== undefined) scene.later(params.seconds * 1000, { kind: 'unstick' })
  },
}

export const corruptSummary: FaultKind<{ readonly nan?: boolean }> = {
  name: 'corrupt-summary',
  strikes: 'time',
  does: 'Its summary file is empty: everything answers code 5, disable and enable after doing their work. With `nan: true` only last_run_summary fails (code 1).',
  concludes: 'Refused before the lock; later unknown.',
  params: { nan: flag },
  time(scene, params) {
    scene.node.state.summary = params.nan === true ? 'not-a-number' : 'corrupt'
  },
}

export const missingSummary: FaultKind<unknown> = {
  name: 'missing-summary',
  strikes: 'always',
  does: 'Has no summary and no report: lastrun 0, config version `unknown`.',
  concludes: 'Ready: the first run gives the first summary.',
  params: {},
  born({ node: { state } }) {
    state.record = null
    state.report = null
  },
}

export const neverRan: FaultKind<unknown> = {
  name: 'never-ran',
  strikes: 'always',
  does: 'Puppet never ran: no state folder, no summary, no cached catalog. It cannot be disabled until a run made the folder.',
  concludes: 'Its lock cannot be taken: not run by us.',
  params: {},
  born({ node: { state } }) {
    state.record = null
    state.report = null
    state.cached = null
    state.converted = false
    state.folder = false
  },
}

export const noCachedCatalog: FaultKind<unknown> = {
  name: 'no-cached-catalog',
  strikes: 'always',
  does: 'Has no catalog to fall back to.',
  concludes: 'As the run ended.',
  params: {},
  born({ node: { state } }) {
    state.cached = null
  },
}

export const unreadableLogs: FaultKind<unknown> = {
  name: 'unreadable-logs',
  strikes: 'always',
  does: 'The plugin cannot load the report: last_run_summary with logs answers code 5.',
  concludes: 'Not provable: refused, unless unverified runs are accepted.',
  params: {},
  traits(traits) {
    traits.reports = 'unreadable'
  },
}

export const noReports: FaultKind<unknown> = {
  name: 'no-reports',
  strikes: 'always',
  does: 'report = false: the logs stay those of an old run.',
  concludes: 'Unverified: failed, unless unverified runs are accepted.',
  params: {},
  traits(traits) {
    traits.reports = 'off'
  },
}

/** How a Puppet run can end that gets as far as writing a summary; rows of the agent notes, 2.6 [V]. */
export type Ending =
  | 'changed'
  | 'unchanged'
  | 'noop'
  | 'all-skipped'
  | 'failed-resources'
  | 'failed-refresh'
  | 'dependency-cycle'
  | 'compile-failure'
  | 'compile-failure-cached'
  | 'server-down'
  | 'server-down-cached'
  | 'pluginsync-failure-cached'
  | 'prerun-failure'
  | 'postrun-failure'
  | 'interrupted'
  | 'timed-out'

/** What a run leaves in the summary, before times and versions are filled in. */
export interface EndingShape {
  /** Whether a fresh catalog was applied whole and without failures: the truth that a verdict is held against. */
  readonly good: boolean
  /** Which catalog was applied. */
  readonly catalog: 'fresh' | 'cached' | 'none'
  /** Whether applying it returned normally: the summary then has time.catalog_application. */
  readonly applied: boolean
  /** Whether plugins were synchronised. */
  readonly pluginsync: boolean
  readonly changed: number
  readonly failed: number
  readonly failedToRestart: number
  readonly outOfSync: number
  readonly skipped: number
  readonly scheduled: number
  /** `whole`: resources of the catalog plus Puppet's own seven. */
  readonly total: 'whole' | number
  readonly noop: number
}

const WHOLE: EndingShape = {
  good: false,
  catalog: 'fresh',
  applied: true,
  pluginsync: true,
  changed: 0,
  failed: 0,
  failedToRestart: 0,
  outOfSync: 0,
  skipped: 0,
  scheduled: 0,
  total: 'whole',
  noop: 0,
}
const CACHED: EndingShape = { ...WHOLE, catalog: 'cached', changed: 1, outOfSync: 1 }
const NO_CATALOG: EndingShape = { ...WHOLE, catalog: 'none', applied: false, total: 0 }
/** A run that was cut off counts only what it had evaluated. */
const CUT_OFF: EndingShape = { ...WHOLE, applied: false, total: 1, scheduled: 1 }

export const ENDINGS: Readonly<Record<Ending, EndingShape>> = {
  changed: { ...WHOLE, good: true, changed: 1, outOfSync: 1 },
  unchanged: { ...WHOLE, good: true },
  noop: { ...WHOLE, outOfSync: 1, noop: 1 },
  'all-skipped': { ...WHOLE, skipped: -1 },
  'failed-resources': { ...WHOLE, changed: 1, failed: 1, outOfSync: 2, skipped: 1 },
  'failed-refresh': { ...WHOLE, changed: 1, failed: 1, failedToRestart: 1, outOfSync: 1 },
  'dependency-cycle': { ...WHOLE, applied: false, failed: 2, total: 2 },
  'compile-failure': NO_CATALOG,
  'compile-failure-cached': CACHED,
  'server-down': { ...NO_CATALOG, pluginsync: false },
  'server-down-cached': { ...CACHED, pluginsync: false },
  'pluginsync-failure-cached': CACHED,
  'prerun-failure': NO_CATALOG,
  'postrun-failure': { ...WHOLE, changed: 1, outOfSync: 1 },
  interrupted: CUT_OFF,
  'timed-out': CUT_OFF,
}
export const ENDING_NAMES = Object.keys(ENDINGS) as readonly Ending[]

/** Without a cached catalog there is nothing to fall back to. */
export function withoutCache(ending: Ending): Ending {
  if (ending === 'compile-failure-cached') return 'compile-failure'
  return ending === 'server-down-cached' || ending === 'pluginsync-failure-cached'
    ? 'server-down'
    : ending
}

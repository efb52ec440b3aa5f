import type { Moment } from '@choirmaster/core/provide'
import { between, draw } from '../node/draw.js'
import type { NodeState, RunRecord, Traits } from '../node/node.js'

/** The last run before the fleet's start ended this long ago, seconds: Puppet runs each half hour. */
const LAST_RUN = [60, 1800] as const
const USUAL_RUN = 12_000

export function usualTraits(): Traits {
  return {
    daemon: 'none',
    windows: false,
    noop: false,
    reports: 'good',
    puppetMissing: false,
    offset: 0,
    puppet: '7.23.0',
    environment: null,
  }
}

/** A healthy node: enabled, idle, with a good run behind it. */
export function newState(name: string, seed: number, traits: Traits, start: Moment): NodeState {
  const written = Math.floor(start - between(...LAST_RUN, draw(seed, 'age', 0)) * 1000)
  const record: RunRecord = {
    run: 0,
    ending: 'unchanged',
    spawned: written - USUAL_RUN - 2000,
    locked: written - USUAL_RUN,
    written,
    offset: traits.offset,
    version: Math.floor((written - USUAL_RUN / 2) / 1000),
    environment: traits.environment,
    noop: false,
    verbose: false,
    failed: 0,
    facterErrors: 0,
  }
  return {
    name,
    seed,
    calls: 0,
    processes: 0,
    attempts: 0,
    hits: {},
    lock: null,
    waiting: [],
    holder: null,
    stuck: false,
    record,
    summary: 'good',
    report: record,
    cached: record.version,
    converted: true,
    folder: true,
    stepped: 0,
    away: undefined,
  }
}

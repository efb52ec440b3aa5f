import type { Moment } from '@choirmaster/core/provide'
import { lockMessage } from '../agent/status.js'
import type { Rule } from '../faults/rule.js'
import { between, draw } from '../node/draw.js'
import { applying, type NodeState, type RunRecord, type Traits } from '../node/node.js'
import { strike } from './happen.js'
import { firstStrike, strikes } from './rules.js'
import type { Scene } from './scene.js'

/** The last run before the fleet's start ended this long ago, seconds: Puppet runs each half hour. */
const LAST_RUN = [60, 1800] as const
const USUAL_RUN = 12_000

/** What a node is like under these rules. */
export function traitsOf(rules: readonly Rule[]): Traits {
  const traits: Traits = {
    daemon: 'none',
    windows: false,
    noop: false,
    reports: 'good',
    puppetMissing: false,
    offset: 0,
    strictTtl: false,
    puppet: '7.23.0',
    ports: 'open',
    environment: null,
  }
  for (const { kind, params } of rules) {
    if (kind.strikes === 'always') kind.traits?.(traits, params as never)
  }
  return traits
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

/**
 * Lets the faults take effect that a node has from the start, and sets off those that come by themselves;
 * each only once, so that a node that was kept between commands meets only what was added to the scenario since.
 * @param start of the fleet
 */
export function welcome(scene: Scene, start: Moment): void {
  const { node, at } = scene
  const due: string[] = []
  for (const rule of node.rules) {
    const first = firstStrike(rule, start)
    const waits = first === undefined && rule.kind.strikes !== 'always'
    if (waits || node.state.hits[rule.key] !== undefined || !strikes(node.state, rule)) continue
    if (rule.kind.strikes === 'always') rule.kind.born?.(scene, rule.params as never)
    else if (first !== undefined && first > at) {
      scene.later(first - at, { kind: 'strike', rule: rule.key })
    } else due.push(rule.key)
  }
  scene.log({
    what: 'node',
    enabled: node.state.lock === null,
    message: node.state.lock === null ? null : lockMessage(node),
    applying: applying(node),
    faults: node.rules.map(({ kind }) => kind.name),
  })
  for (const key of due) strike(scene, key)
}

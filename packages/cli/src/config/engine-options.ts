import { type AskedPace, DEFAULT_OPTIONS, type EngineOptions, type Limits } from '@choirmaster/core'
import type { ConfigDocument } from './config.schema.js'
import { askedFailures, type AskedFailures } from './failures.js'
import { askedGate, type AskedGate } from './gate.js'
import { milliseconds } from './duration.js'
import { readRamp, readShare } from './share.js'

/** How a plan is run, before the plan is known. */
export type AskedOptions = Omit<EngineOptions, 'width' | 'batch' | 'failures' | 'gate' | 'until'> &
  AskedPace & {
    readonly failures: AskedFailures
    readonly gate: AskedGate
    /** A time of day. */
    readonly until?: string
  }

/** The engine's options as the configuration in force says. */
export function engineOptions(config: ConfigDocument): AskedOptions {
  const { run = {} } = config
  const { batch, canary, limits = {} } = run
  const spans = Object.entries(limits).map(([name, span]) => [name, milliseconds(span)] as const)
  return {
    order: run.order ?? DEFAULT_OPTIONS.order,
    width: readShare(run.width ?? DEFAULT_OPTIONS.width),
    ...(batch !== undefined && { batch: readRamp(batch) }),
    ...(canary !== undefined && { canary }),
    keepDisabled: run.keep_disabled ?? DEFAULT_OPTIONS.keepDisabled,
    unready: run.unready ?? DEFAULT_OPTIONS.unready,
    acceptUnverified: run.accept_unverified ?? DEFAULT_OPTIONS.acceptUnverified,
    failures: askedFailures(config),
    gate: askedGate(config),
    ...(run.until !== undefined && { until: run.until }),
    run: DEFAULT_OPTIONS.run,
    limits: { ...DEFAULT_OPTIONS.limits, ...(Object.fromEntries(spans) as Partial<Limits>) },
  }
}

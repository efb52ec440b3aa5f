import { DEFAULT_OPTIONS, type EngineOptions, type Limits } from '@choirmaster/core'
import type { ConfigDocument } from './config.schema.js'
import { milliseconds } from './duration.js'

/** The engine's options as the configuration in force says. */
export function engineOptions({ run = {} }: ConfigDocument): EngineOptions {
  const { batch, limits = {} } = run
  const spans = Object.entries(limits).map(([name, span]) => [name, milliseconds(span)] as const)
  return {
    width: run.width ?? DEFAULT_OPTIONS.width,
    ...(batch !== undefined && { batch }),
    keepDisabled: run.keep_disabled ?? DEFAULT_OPTIONS.keepDisabled,
    unready: run.unready ?? DEFAULT_OPTIONS.unready,
    acceptUnverified: run.accept_unverified ?? DEFAULT_OPTIONS.acceptUnverified,
    run: DEFAULT_OPTIONS.run,
    limits: { ...DEFAULT_OPTIONS.limits, ...(Object.fromEntries(spans) as Partial<Limits>) },
  }
}

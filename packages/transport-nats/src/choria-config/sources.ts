import { resolve } from 'node:path'
import type { Host } from '@choirmaster/core/provide'
import {
  expandHome,
  readChoriaConfig,
  type Settings,
  type System,
} from '@choirmaster/puppet-identity'
import type { NatsTransportOptions } from '../options.js'

/** What the operator said and Choria's configuration says, before any of it is understood. */
export interface Sources {
  /** Its paths are absolute. */
  readonly options: NatsTransportOptions
  readonly settings: Settings
  /** Configuration files that were read, in order. */
  readonly files: readonly string[]
}

/** @throws identity-config-unreadable */
export async function readSources(
  options: NatsTransportOptions,
  { baseDir }: Pick<Host, 'baseDir'>,
  system: System,
): Promise<Sources> {
  const path = (value: string): string => resolve(baseDir, expandHome(value, system.home))
  const { choriaConfig, ssldir } = options
  const config = await readChoriaConfig(system, choriaConfig && path(choriaConfig))
  return {
    ...config,
    options: { ...options, ...(ssldir !== undefined && { ssldir: path(ssldir) }) },
  }
}

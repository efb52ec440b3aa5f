import { schema } from '@choirmaster/core/provide'
import {
  IDENTITY_SCHEMAS,
  timeoutSchema,
  urlSchema,
  type AccessOptions,
} from '@choirmaster/puppet-client'

/** Options of the witness `puppetdb`. All have defaults. */
export interface PuppetDbWitnessOptions extends AccessOptions {
  /** Seconds. */
  readonly pause?: number
  /** Seconds. */
  readonly patience?: number
}

/** Seconds, of each query. One of 5,000 rows took half a second on a slow machine. */
export const DEFAULT_TIMEOUT = 20
/**
 * Seconds between two queries. A report is there 45 ms after its run, and a slot waits for it, so shorter is better;
 * a query that finds nothing costs PuppetDB a few milliseconds.
 */
export const DEFAULT_PAUSE = 1
/**
 * Seconds. A report is visible 45 ms after its run; behind a wave of 5,000 others, which a PuppetDB stores at a hundred
 * a second, it takes most of a minute.
 */
export const DEFAULT_PATIENCE = 60

export const puppetDbWitnessOptions = schema<PuppetDbWitnessOptions>({
  type: 'object',
  additionalProperties: false,
  properties: {
    url: urlSchema(
      'https://puppetdb.example.net:8081',
      'PuppetDB, such as https://puppetdb.example.net:8081. Default: as for the source puppetdb.',
    ),
    pause: {
      type: 'number',
      minimum: 0.1,
      maximum: 3600,
      default: DEFAULT_PAUSE,
      description: 'Seconds between two queries while runs are in flight.',
    },
    patience: {
      type: 'number',
      minimum: 0,
      maximum: 3600,
      default: DEFAULT_PATIENCE,
      description: 'Seconds for which a report is waited for that a verdict depends on.',
    },
    ...IDENTITY_SCHEMAS,
    timeout: timeoutSchema(DEFAULT_TIMEOUT, 'Seconds to wait for the answer of each query.'),
  },
})

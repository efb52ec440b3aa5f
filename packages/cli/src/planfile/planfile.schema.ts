import {
  type EngineOptions,
  type Json,
  type PlanDocument,
  planSchema,
  schema,
} from '@choirmaster/core'

export const PLANFILE_SCHEMA = 'choirmaster.planfile/1'

/** How the graph is read again. */
export interface CatalogChoice {
  /** Name of the provider, as `--catalog` takes it. */
  readonly provider: string
  readonly options: Readonly<Record<string, Json>>
  /** Absolute folder at which relative paths in the options start. */
  readonly base_dir: string
  /** The environment that was asked for; null: the source's own choice. */
  readonly environment: string | null
}

/** What a plan file holds besides its name and checksum. */
export interface PlanFileContent {
  /** With what was selected, to plan again. */
  readonly plan: PlanDocument
  readonly options: EngineOptions
  readonly catalog: CatalogChoice
}

/** A plan as it was reviewed, to be run later. */
export interface PlanFile extends PlanFileContent {
  readonly schema: typeof PLANFILE_SCHEMA
  /** SHA-256 of the rest as compact JSON, in lower-case hex: tells a file that was edited, proves nothing against an attacker. */
  readonly sum: string
}

const nodes = { type: 'integer', minimum: 1 }
const span = { type: 'integer', minimum: 0 }
const limits = ['run', 'start', 'drain', 'settle', 'poll', 'silence']

function object(
  properties: Record<string, object>,
  optional: readonly string[] = [],
): { type: 'object'; [key: string]: unknown } {
  const required = Object.keys(properties).filter((key) => !optional.includes(key))
  return { type: 'object', properties, required, additionalProperties: false }
}

export const planFileSchema = schema<PlanFile>({
  $id: 'urn:choirmaster:planfile:1',
  title: 'Plan file of choirmaster plan --out',
  ...object({
    schema: { const: PLANFILE_SCHEMA },
    sum: { type: 'string', pattern: '^[0-9a-f]{64}$', expected: '64 hex digits' },
    // What `choirmaster plan --json` prints.
    plan: planSchema.json,
    options: object(
      {
        order: { enum: ['groups', 'stream'] },
        width: nodes,
        batch: { anyOf: [nodes, { type: 'array', items: { type: 'array', items: nodes } }] },
        canary: nodes,
        keepDisabled: { enum: ['application', 'all', 'failed', 'none'] },
        unready: { enum: ['refuse', 'skip'] },
        acceptUnverified: { type: 'boolean' },
        failures: object({
          scope: { enum: ['run', 'application', 'group'] },
          onFailure: { enum: ['stop', 'skip-dependents'] },
          maxFailures: { type: ['integer', 'string', 'null'], minimum: 0 },
          budgets: { type: ['array', 'null'], items: span },
          retries: span,
          retryPause: span,
        }),
        gate: object({
          answer: span,
          check: span,
          checks: {
            type: 'array',
            items: object({
              probe: object(
                {
                  tcp: { type: 'integer', minimum: 1, maximum: 65535 },
                  command: { type: 'array', minItems: 1, items: { type: 'string' } },
                },
                ['tcp', 'command'],
              ),
              of: { type: ['string', 'null'] },
              nodes: { type: 'array', items: span },
            }),
          },
        }),
        until: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT[\\d:]+[+-]\\d\\d:\\d\\d$' },
        run: object({ noop: { type: 'boolean' }, environment: { type: 'string' } }, [
          'environment',
        ]),
        limits: object(Object.fromEntries(limits.map((name) => [name, span]))),
      },
      // Plan files of before there was a choice have none of these.
      ['order', 'batch', 'canary', 'failures', 'gate', 'until'],
    ),
    catalog: object({
      provider: { type: 'string' },
      options: { type: 'object' },
      base_dir: { type: 'string' },
      environment: { type: ['string', 'null'] },
    }),
  }),
})

import { schema } from '@choirmaster/core/provide'
import { faultEntrySchema } from './fault-schema.js'
import type { Scenario } from './scenario.js'

/** Version of the scenario format. */
const SCENARIO_SCHEMA = 'choirmaster.scenario/1'

const positive = { type: 'number', exclusiveMinimum: 0 }
const range = (what: string): object => ({
  type: 'array',
  minItems: 2,
  maxItems: 2,
  items: { type: 'number', minimum: 0 },
  description: `${what}, [least, most] seconds.`,
})

export const seedSchema = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
/** Beyond it a second of the fleet is less than a timer can tell. */
const FASTEST = 1000
export const speedSchema = {
  anyOf: [{ ...positive, maximum: FASTEST }, { const: 'max' }],
  expected: '"max" or a number up to 1000',
}

/** A scenario file, YAML or JSON. */
export const scenarioSchema = schema<Scenario>({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Scenario of a simulated fleet',
  type: 'object',
  required: ['schema'],
  additionalProperties: false,
  properties: {
    schema: { const: SCENARIO_SCHEMA },
    seed: { ...seedSchema, description: 'Everything random is drawn from it; default 1.' },
    speed: {
      ...speedSchema,
      description: '`max`: virtual time (default); a number: so many times real time.',
    },
    start: {
      type: 'string',
      pattern: String.raw`^(now|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z)$`,
      expected: '"now" or a time in UTC such as 2026-01-05T08:00:00Z',
      description: "What the fleet's clock shows first; default now.",
    },
    fleet: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      uniqueItems: true,
      description: 'The nodes that there are; absent: every node that is asked for.',
    },
    defaults: {
      type: 'object',
      additionalProperties: false,
      description: 'How nodes behave when nothing goes wrong.',
      properties: {
        run: {
          anyOf: [
            { ...positive },
            {
              type: 'object',
              required: ['median', 'sigma'],
              additionalProperties: false,
              properties: { median: positive, sigma: { type: 'number', minimum: 0, maximum: 3 } },
            },
          ],
          description: 'A Puppet run, seconds: constant, or log-normal.',
        },
        show: range('From runonce to taking the run lock'),
        reply: range('From a request to its reply'),
        report: range('The report in flight, at the end of a run'),
        changes: {
          type: 'number',
          minimum: 0,
          maximum: 1,
          description: 'Part of the runs that change something.',
        },
      },
    },
    nodes: {
      type: 'object',
      description: 'Certname, or pattern in which `*` stands for any text → its faults.',
      additionalProperties: { type: 'array', items: faultEntrySchema },
    },
  },
})

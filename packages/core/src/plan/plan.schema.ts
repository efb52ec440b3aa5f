import { schema, type Schema } from '../schema/schema.js'
import type { PlanDocument } from './document.js'

const NAMES = { type: 'array', items: { type: 'string' } }

const record = (required: readonly string[], properties: object): object => ({
  type: 'object',
  required,
  properties,
})

const texts = (...keys: readonly string[]): object =>
  record(keys, Object.fromEntries(keys.map((key) => [key, { type: 'string' }])))

const EDGES = {
  type: 'array',
  items: record(['from', 'to', 'because'], {
    from: { type: 'string' },
    to: { type: 'string' },
    because: { type: 'array', items: texts('capability', 'producer', 'consumer') },
  }),
}

/** A saved plan. Keys that are not known are borne: whoever saves it may add how it is to be run. */
export const planSchema: Schema<PlanDocument> = schema({
  title: 'Plan',
  ...record(
    [
      'schema',
      'environment',
      'code_id',
      'digest',
      'selection',
      'applications',
      'also_applied',
      'groups',
      'nodes',
      'edges',
      'assumed',
      'unproduced',
      'ignored',
      'dropped',
    ],
    {
      schema: { const: 'choirmaster.plan/1' },
      environment: { type: 'string' },
      code_id: { type: ['string', 'null'] },
      digest: {
        type: 'string',
        pattern: '^[0-9a-f]{64}$',
        expected: 'a SHA-256 in lower-case hexadecimal digits',
      },
      selection: record(['instances', 'assume_done', 'exclude'], {
        instances: NAMES,
        assume_done: NAMES,
        exclude: NAMES,
      }),
      applications: NAMES,
      also_applied: NAMES,
      groups: { type: 'array', items: NAMES },
      nodes: {
        type: 'object',
        additionalProperties: { type: 'object', additionalProperties: NAMES },
      },
      edges: EDGES,
      assumed: {
        type: 'array',
        items: texts('capability', 'consumer', 'consumer_node', 'producer', 'producer_node', 'why'),
      },
      unproduced: { type: 'array', items: texts('capability', 'consumer', 'consumer_node') },
      ignored: EDGES,
      dropped: { type: 'array', items: texts('node', 'why') },
    },
  ),
})

import type { AnyFaultKind } from '../faults/fault.js'
import { FAULTS } from '../faults/registry.js'
import { HAPPENINGS } from '../fleet/scene.js'

const count = { type: 'integer', minimum: 1 }
const seconds = { type: 'number', minimum: 0, description: 'seconds' }
const action = {
  enum: ['status', 'disable', 'enable', 'runonce', 'last_run_summary', 'resource'],
}

const chance = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  description: 'The part of the matching nodes that have it, drawn with the seed.',
}

/** Limits that go with a fault, by when it strikes; see `Limits`. */
const LIMITS: Readonly<Record<AnyFaultKind['strikes'], Readonly<Record<string, object>>>> = {
  always: { chance },
  call: {
    chance,
    actions: { type: 'array', minItems: 1, items: action, description: 'Only these actions.' },
    times: { ...count, description: 'So many requests at most.' },
    after_calls: { ...count, description: 'So many matching requests go well first.' },
    after: { ...seconds, description: 'Only when the fleet is so many seconds old.' },
  },
  run: {
    chance,
    attempt: { ...count, description: 'Only the run of this number that is asked of the node.' },
    times: { ...count, description: 'So many runs at most.' },
    after: { ...seconds, description: 'Only when the fleet is so many seconds old.' },
  },
  time: {
    chance,
    at: { ...seconds, description: 'When the fleet is so many seconds old; default 0.' },
    on: { enum: HAPPENINGS, description: 'When this was done to the node, or came of it.' },
    delay: { ...seconds, description: 'So many seconds after `on`; default 0.1.' },
    every: { ...seconds, exclusiveMinimum: 0, description: 'Again so many seconds later.' },
    times: { ...count, description: 'So many times at most; with `on` once.' },
  },
}

function faultSchema(kind: AnyFaultKind): object {
  return {
    title: kind.name,
    description: kind.does,
    type: 'object',
    properties: { fault: { const: kind.name }, ...LIMITS[kind.strikes], ...kind.params },
    required: ['fault', ...(kind.required ?? [])],
    additionalProperties: false,
    // A time and something to wait for exclude each other; a delay is counted from something.
    ...(kind.strikes === 'time'
      ? {
          not: { required: ['at', 'on'] },
          expected: 'struck either `at` a time or `on` something, not both',
          dependentRequired: { delay: ['on'] },
        }
      : {}),
  }
}

/** A fault entry: the schema of its kind, chosen by the name. */
export const faultEntrySchema: object = {
  type: 'object',
  required: ['fault'],
  discriminator: { propertyName: 'fault' },
  oneOf: [...FAULTS.values()].map(faultSchema),
}

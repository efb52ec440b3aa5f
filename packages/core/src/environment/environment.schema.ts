import { schema, type Schema } from '../schema/schema.js'
import type { Environment, SourceEdge } from './environment.js'
import * as names from './names.js'

const REFERENCE = {
  type: 'string',
  pattern: names.REFERENCE,
  expected: 'a reference such as Lamp[app1], the type in capitals',
}

const CERTNAME = {
  type: 'string',
  pattern: names.CERTNAME,
  expected: 'a certname, without blanks, control characters, "*" and ">"',
}

const CAPABILITIES = { type: 'array', items: REFERENCE }

const COMPONENT = {
  type: 'object',
  required: ['node'],
  properties: { node: CERTNAME, produces: CAPABILITIES, consumes: CAPABILITIES },
}

const APPLICATION = { type: 'object', propertyNames: REFERENCE, additionalProperties: COMPONENT }

const EDGE = {
  type: 'object',
  required: ['from', 'to', 'origin'],
  properties: { from: CERTNAME, to: CERTNAME, origin: { type: 'string' } },
}

const HEAD = {
  environment: {
    type: 'string',
    pattern: names.ENVIRONMENT_NAME,
    expected: 'the name of an environment, without blanks',
  },
  // A number or a boolean when the version looks like one; absent before Puppet 4.5.
  code_id: { type: ['string', 'number', 'boolean', 'null'] },
}
const REQUIRED = ['environment', 'applications']

/**
 * What Puppet's environment API answers (4.3 to 6.x) and what a site file holds. Keys that are not known are
 * borne, as Puppet adds some; a list that is null is not, as nobody has ever sent one and it could hide anything.
 */
export const environmentSchema: Schema<Environment> = schema({
  title: 'Site',
  type: 'object',
  required: REQUIRED,
  properties: {
    ...HEAD,
    applications: { type: 'object', propertyNames: REFERENCE, additionalProperties: APPLICATION },
    edges: { type: 'array', items: EDGE },
  },
})

/** The parts of the schema, to collect the violations of a big document piece by piece. */
export const environmentParts = {
  /** The document without a look into applications and edges. */
  head: schema<unknown>({
    type: 'object',
    required: REQUIRED,
    properties: { ...HEAD, applications: { type: 'object' }, edges: { type: 'array' } },
  }),
  /** An object whose keys are names of applications or components. */
  names: schema<unknown>({ type: 'object', propertyNames: REFERENCE }),
  /** A component without a look into its lists. */
  component: schema<unknown>({
    ...COMPONENT,
    properties: { node: CERTNAME, produces: { type: 'array' }, consumes: { type: 'array' } },
  }),
  capability: schema<string>(REFERENCE),
  edge: schema<SourceEdge>(EDGE),
}

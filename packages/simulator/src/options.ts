import { schema } from '@choirmaster/core/provide'
import { seedSchema, speedSchema } from './scenario/scenario.schema.js'

/** Options of the simulator; what is given here beats the scenario. Paths are relative to the file that names them. */
export interface SimulatorOptions {
  /** Scenario file, YAML or JSON. */
  readonly scenario?: string
  /** The fleet's own log, NDJSON, appended. */
  readonly log?: string
  /** Keeps the fleet between commands. */
  readonly state?: string
  readonly seed?: number
  readonly speed?: number | 'max'
}

const file = { type: 'string', minLength: 1 }

export const simulatorOptions = schema<SimulatorOptions>({
  type: 'object',
  additionalProperties: false,
  properties: {
    scenario: { ...file, description: 'Scenario file: what goes wrong on which nodes.' },
    log: { ...file, description: "The fleet's own log, NDJSON, appended." },
    state: { ...file, description: 'Keeps the state of the nodes between commands.' },
    seed: { ...seedSchema, description: 'Everything random is drawn from it.' },
    speed: { ...speedSchema, description: '`max`: virtual time; a number: times real time.' },
  },
})

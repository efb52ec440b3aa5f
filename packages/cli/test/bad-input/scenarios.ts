import { type BadCase, RUN } from './case.js'

const SCENARIO = [...RUN, '--set', 'transport.scenario=./faults.yaml']
const HEAD = 'schema: choirmaster.scenario/1\n'

const files: readonly (readonly [string, string, string, RegExp])[] = [
  ['broken', 'nodes: [', 'document-syntax', /faults\.yaml:1:\d+$/],
  ['without version', 'seed: 1\n', 'scenario-invalid', /faults\.yaml:1:1$/],
  [
    'of the next version',
    'schema: choirmaster.scenario/2\n',
    'scenario-invalid',
    /faults\.yaml:1:1$/,
  ],
  ['with an unknown key', `${HEAD}sed: 1\n`, 'scenario-invalid', /faults\.yaml:2:1$/],
  [
    'with an unknown fault',
    `${HEAD}nodes: { db1: [{ fault: explode }] }\n`,
    'scenario-invalid',
    /faults\.yaml:2:\d+$/,
  ],
  [
    'with a fault without its seconds',
    `${HEAD}nodes: { db1: [{ fault: slow }] }\n`,
    'scenario-invalid',
    /faults\.yaml:2:\d+$/,
  ],
  [
    'with a chance above one',
    `${HEAD}nodes: { db1: [{ fault: silent, chance: 2 }] }\n`,
    'scenario-invalid',
    /faults\.yaml:2:\d+$/,
  ],
  [
    'with a node that its fleet lacks',
    `${HEAD}fleet: [db1.example.net]\nnodes: { db2: [{ fault: silent }] }\n`,
    'scenario-unknown-node',
    /faults\.yaml:3:\d+$/,
  ],
]

export const badScenarios: readonly BadCase[] = [
  ...files.map(([name, text, code, place]) => ({
    name: `a scenario ${name}`,
    argv: SCENARIO,
    files: { 'faults.yaml': text },
    code,
    place,
  })),
  {
    name: 'a scenario that is not there',
    argv: SCENARIO,
    code: 'document-not-found',
    place: /faults\.yaml$/,
  },
  {
    name: 'a state of the fleet that is none',
    argv: [...RUN, '--set', 'transport.state=./fleet.json'],
    files: { 'fleet.json': '{}' },
    code: 'simulator-state-unusable',
    place: /fleet\.json$/,
  },
  {
    name: "a log of the fleet's in no folder",
    argv: [...RUN, '--set', 'transport.log=./gone/fleet.ndjson'],
    code: 'simulator-log-unusable',
    place: /gone\/fleet\.ndjson$/,
  },
]

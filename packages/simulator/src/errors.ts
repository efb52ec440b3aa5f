import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const simulatorErrors = {
  'simulator-broker-failed': {
    title: 'The simulated fleet cannot connect to the broker',
    hint: 'Look whether the broker runs there and trusts the certificate that was given; docs/scenario.md shows what it takes.',
    exit: 1,
  },
  'simulator-broker-unusable': {
    title: 'What was given for a simulated fleet on a broker cannot be used',
    hint: 'docs/scenario.md lists what a fleet on a broker takes.',
    exit: 1,
  },
  'scenario-invalid': {
    title: 'A scenario of the simulated fleet breaks its schema',
    hint: 'Correct the scenario at this place; docs/scenario.md lists every fault and its parameters.',
    exit: 1,
  },
  'scenario-unknown-node': {
    title: 'A scenario speaks of a node that its fleet does not list',
    hint: 'Add the node to `fleet`, correct the name, or leave `fleet` out.',
    exit: 1,
  },
  'simulator-log-unusable': {
    title: "The simulated fleet's log cannot be written",
    hint: 'Give `transport.log` a file in a folder that exists and can be written.',
    exit: 1,
  },
  'simulator-state-unusable': {
    title: "The simulated fleet's state cannot be read or written",
    hint: 'Give `transport.state` a file that an earlier simulated run wrote, or a new one in a folder that exists.',
    exit: 1,
  },
  'simulator-witness-away': {
    title: 'The simulated PuppetDB does not answer',
    hint: 'The scenario says so; nodes are asked themselves meanwhile.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(simulatorErrors)

/** What the system says of a file: `ENOENT`, or the message of what is no error of the system. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file or folder'
  return code === 'EACCES' ? 'permission denied' : (code ?? message)
}

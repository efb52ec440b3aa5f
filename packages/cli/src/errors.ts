import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const cliErrors = {
  'usage-unknown-command': {
    title: 'There is no such command',
    hint: 'List the commands with `choirmaster --help`.',
    exit: 1,
  },
  'usage-unknown-flag': {
    title: 'The command has no such flag',
    hint: 'List the flags of the command with `--help`.',
    exit: 1,
  },
  'usage-bad-flag': {
    title: 'The value of a flag cannot be used',
    hint: 'See what the flag takes with `--help`.',
    exit: 1,
  },
  'usage-bad-argument': {
    title: 'An argument is missing or too many',
    hint: 'See what the command takes with `--help`.',
    exit: 1,
  },
  'usage-needs-yes': {
    title: 'There is no terminal to ask at',
    hint: 'Say `--yes` to go on without being asked.',
    exit: 1,
  },
  'plan-empty': {
    title: 'The plan holds no node',
    hint: 'See what the environment holds with `choirmaster plan`, without selection.',
    exit: 3,
  },
  'plan-assumes': {
    title: 'The plan takes producers for already done that nobody vouched for',
    hint: 'Run their applications too, or vouch for each of these nodes with `--assume-done NODE`.',
    exit: 3,
  },
  'planfile-invalid': {
    title: 'The file is no plan file of this version',
    hint: 'Write it anew with `choirmaster plan --out FILE`.',
    exit: 1,
  },
  'planfile-altered': {
    title: 'The plan file was changed since it was written',
    hint: 'Write it anew with `choirmaster plan --out FILE` and review it again.',
    exit: 1,
  },
  'planfile-unwritable': {
    title: 'The plan file cannot be written',
    hint: 'Name a file in a folder that can be written to.',
    exit: 1,
  },
  'planfile-outdated': {
    title: 'The site has changed since the plan file was written',
    hint: 'Review the new plan: `choirmaster plan --out FILE` writes it.',
    exit: 3,
  },
  'run-without-events': {
    title: 'The run ended before its first event',
    hint: 'There is nothing to show and nothing to undo.',
    exit: 1,
  },
  'enable-nodes-unknown': {
    title: 'Nobody can say which nodes the run disabled',
    hint: 'Name each node with `--node NODE`.',
    exit: 1,
  },
  'run-refused': {
    title: 'The look at the nodes speaks against the run; nothing was touched',
    hint: 'Mend what is listed, drop these nodes and what depends on them with `--unready skip`, or leave nodes out with `--exclude NODE`.',
    exit: 3,
  },
  'run-declined': {
    title: 'Not confirmed, so nothing was touched',
    hint: 'Answer `y`, or say `--yes`.',
    exit: 3,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(cliErrors)

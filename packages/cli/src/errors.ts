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
  'merge-environment': {
    title: 'Sources that are merged are of different environments',
    hint: 'Name the environment with --environment, or in the site file.',
    exit: 1,
  },
  'merge-code': {
    title: 'Sources that are merged are of different code',
    hint: 'Take the `code_id` out of the site file, or bring the sources to the same code.',
    exit: 1,
  },
  'merge-component': {
    title: 'Sources that are merged put a component on different nodes',
    hint: 'Take the component out of one of the sources, or give it a title of its own there.',
    exit: 1,
  },
  'merge-capability': {
    title: 'Components of different sources produce one capability',
    hint: 'Give each a capability of its own, and consume both.',
    exit: 1,
  },
  'planfile-late': {
    title: 'The time after which the plan file lets nothing start is over',
    hint: 'Write another plan file with `choirmaster plan --until HH:MM --out FILE`.',
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
  'planfile-secret': {
    title: 'A plan file would hold a secret option of the source',
    hint: 'Plan and run without a plan file, `choirmaster run`, or give the source its secret by a file that it reads.',
    exit: 1,
  },
  'planfile-outdated': {
    title: 'The site has changed since the plan file was written',
    hint: 'Review the new plan: `choirmaster plan --out FILE` writes it.',
    exit: 3,
  },
  'resume-secret': {
    title:
      'A secret option of the source is not in the journal of the run, and not in the configuration',
    hint: 'Give it as it was given to the run: in choirmaster.yaml, or by `--set catalog.OPTION=VALUE`. Or enable the nodes with `choirmaster enable --run RUN`.',
    exit: 1,
  },
  'resume-changed': {
    title: 'The site has changed since the run was started',
    hint: 'Its order may not hold any more. Start a new run that takes over the nodes it holds, `choirmaster run --adopt RUN`; or enable them with `choirmaster enable --run RUN`.',
    exit: 3,
  },
  'gate-program-missing': {
    title: 'A program that checks nodes cannot be run on this machine',
    hint: 'Install it here, make it executable, or name it by its whole path: checks are made from the machine that the run is started on.',
    exit: 1,
  },
  'run-other-fleet': {
    title: 'The run was made on other nodes than those that this command reaches',
    hint: 'Reach the nodes as the run did: with its Choria configuration, or its simulated fleet (`--set transport.state=FILE`).',
    exit: 3,
  },
  'run-without-events': {
    title: 'The run ended before its first event',
    hint: 'There is nothing to show and nothing to undo.',
    exit: 1,
  },
  'run-none': {
    title: 'The run store holds no run',
    hint: 'Name the run; on another machine its id is in the disable message of its nodes.',
    exit: 1,
  },
  'run-ambiguous': {
    title: 'Several runs begin like this',
    hint: 'Write more of the id, or `last` for the newest run.',
    exit: 1,
  },
  'nodes-file-unreadable': {
    title: 'The list of nodes cannot be read',
    hint: 'Name a file with one node a line: -I @FILE.',
    exit: 1,
  },
  'discovery-unsupported': {
    title: 'The transport cannot ask all nodes at once',
    hint: 'Name the nodes with -I NODE or -I @FILE.',
    exit: 1,
  },
  'req-no-nodes': {
    title: 'The request names no node',
    hint: 'Name each with -I NODE, or a file of names with -I @FILE; `choirmaster ping` lists who is there.',
    exit: 3,
  },
  'req-input': {
    title: 'An input of the request cannot be used',
    hint: 'Write inputs as KEY=VALUE.',
    exit: 1,
  },
  'enable-run-unknown': {
    title: 'The run store cannot say which run is meant',
    hint: 'Name the run whole: the disable message of its nodes holds its id, see `choirmaster status`.',
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
  internal: {
    title: 'A bug of choirmaster',
    hint: 'This is a bug of choirmaster, not your mistake: please report it, with what DEBUG=1 prints.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(cliErrors)

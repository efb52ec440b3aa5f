/** What a code of the engine means: why a run was refused, what the look found, how a node ended. */
export interface RunCodeDefinition {
  /** One line for docs/errors.md. */
  readonly title: string
  /** What to do now. */
  readonly hint: string
  /** How the run ends: 3, nothing was touched; 5, which is 7 while nodes stay disabled. */
  readonly exit: 3 | 5
}

/** All codes that the engine itself gives; those of nodes and verdicts come from the agent. */
export const runCodes = {
  'nodes-not-ready': {
    title: 'The look at the nodes speaks against the run',
    hint: 'Mend what is listed, drop these nodes and what depends on them with `--unready skip`, or leave nodes out with `--exclude NODE`.',
    exit: 3,
  },
  'nothing-to-do': {
    title: 'The look left no node to run',
    hint: 'Mend what is listed of the nodes that were skipped.',
    exit: 3,
  },
  'look-failed': {
    title: 'The agent failed while it looked at the nodes',
    hint: 'A fault of the agent plugin, not of the nodes: report it with the message.',
    exit: 3,
  },
  'run-declined': {
    title: 'Not confirmed, so nothing was touched',
    hint: 'Answer `y`, or say `--yes`.',
    exit: 3,
  },
  'look-disabled': {
    title: 'Puppet is disabled on the node, by somebody else',
    hint: 'Ask who disabled it, or leave it out with `--unready skip` or `--exclude NODE`.',
    exit: 3,
  },
  'look-held-by-run': {
    title: 'Puppet is disabled on the node by an earlier run of Choirmaster',
    hint: 'See how that run ended with `choirmaster show RUN`. Where it was cut short, go on with it: `choirmaster resume RUN`; else free the node with `choirmaster enable --run RUN`, or take its nodes over with `choirmaster run --adopt RUN`.',
    exit: 3,
  },
  'node-not-ready': {
    title: 'The node is not ready to be run',
    hint: 'See what the look says of it.',
    exit: 3,
  },
  'node-no-answer': {
    title: 'The agent brought no answer of the node',
    hint: 'Check that the node is up and that its Choria server runs.',
    exit: 3,
  },
  'producer-not-ready': {
    title: 'The node consumes from one that was skipped, as that one was not ready',
    hint: 'Mend the node that is named, then run both.',
    exit: 5,
  },
  'producer-not-proven': {
    title: 'The node consumes from one that is not proven, so it was not run',
    hint: 'Mend the node that is named, then run both.',
    exit: 5,
  },
  'run-stopped': {
    title: "The run stopped before this node's turn",
    hint: 'Mend what the run stopped at, then run again.',
    exit: 5,
  },
  'budget-spent': {
    title: 'More nodes are not proven than `--max-failures` allows, so nothing new was started',
    hint: 'Mend the nodes that failed, then run again; `--max-failures` and `--failure-scope` say how many may.',
    exit: 5,
  },
  'until-passed': {
    title: 'The time of `--until` came before the turn of this node',
    hint: 'Run again in the next window: nodes that are done already have little to do.',
    exit: 5,
  },
  'gate-no-answer': {
    title:
      'The run of the node was proven, but the node did not answer again, so those that wait for it were not started',
    hint: 'See whether its run rebooted it; where that takes longer, raise `run.gate.answer`.',
    exit: 5,
  },
  'gate-check-failed': {
    title:
      'The run of the node was proven, but a check of its gate did not pass in time, so those that wait for it were not started',
    hint: 'See what the check says. `run.gate.timeout` says how long it is made again.',
    exit: 5,
  },
  'run-cancelled': {
    title: 'The run was cancelled by Ctrl-C or SIGTERM',
    hint: 'Run again: nodes that are done already have little to do.',
    exit: 5,
  },
  'run-abandoned': {
    title: 'A second interrupt ended the watching; what runs on is not known',
    hint: 'Ask the nodes with `choria req puppet status`, then free them with `choirmaster enable --run RUN`.',
    exit: 5,
  },
  'run-not-ended': {
    title: "The journal does not hold the run's end",
    hint: 'The run goes on, or its process is gone: then go on with it by `choirmaster resume RUN`, or free its nodes with `choirmaster enable --run RUN`.',
    exit: 5,
  },
  'store-lost': {
    title:
      'The journal could not be written any more, or nothing could be sent in time, so nothing more was changed',
    hint: 'Look at the run store, its disk or its broker, then free the nodes with `choirmaster enable --run RUN`.',
    exit: 5,
  },
  'record-lost': {
    title:
      'The run store lost the end of the journal, and what it said of this node: it may have been run',
    hint: 'Look at what its last run says with `choirmaster req puppet last_run_summary -I NODE`; a store that says `strong` loses nothing.',
    exit: 5,
  },
  'lease-lost': {
    title: 'Another process took the run over, so this one does nothing more',
    hint: 'Follow the run where it goes on: `choirmaster show RUN`.',
    exit: 5,
  },
  'run-never-started': {
    title: 'The Puppet run was requested and never started',
    hint: "Look at choria-server's log on the node; a high `splaylimit` needs a longer `run.limits.start`.",
    exit: 5,
  },
  'run-not-repeated': {
    title:
      'The run that was requested did not show, and the stop came before it was requested again',
    hint: 'Look at the last run of the node; then run again.',
    exit: 5,
  },
  'run-died': {
    title: 'The Puppet run ended without recording anything',
    hint: 'See whether it was killed, ran out of memory, or the node was rebooted.',
    exit: 5,
  },
  'run-over-limit': {
    title: 'The Puppet run was still applying at its deadline',
    hint: 'See what it waits for on the node; where runs take that long, raise `run.limits.run`.',
    exit: 5,
  },
  'node-refused-run': {
    title: 'The node refused the request for a run',
    hint: "Look at choria-server's log on the node.",
    exit: 5,
  },
  'node-stuck': {
    title: 'A Puppet run of somebody else applied on the node and did not end in time',
    hint: 'Look at that run on the node; where it is none, remove the stale run lock. `run.limits.drain` says how long it is waited for.',
    exit: 5,
  },
  'node-silent': {
    title: 'The node stopped answering',
    hint: 'Check the node; once it answers, `choirmaster enable --run RUN` says whether it is still disabled.',
    exit: 5,
  },
  'node-clock': {
    title: "The node's clock was set during its run, so its times prove nothing",
    hint: 'Let its clock be kept by NTP, then run again.',
    exit: 5,
  },
  'node-not-disabled': {
    title: 'Puppet could not be disabled on the node',
    hint: 'See what the node says: `choirmaster doctor -I NODE`.',
    exit: 5,
  },
  'node-not-enabled': {
    title: 'Puppet could not be enabled on the node',
    hint: 'Do it by hand on the node, `puppet agent --enable`, and read what it says.',
    exit: 5,
  },
  'node-disabled-by-other': {
    title: 'Somebody else disabled Puppet on the node while the run went on',
    hint: 'Ask who the message names; the run leaves the node alone.',
    exit: 5,
  },
  'node-enabled-by-other': {
    title: 'Somebody else enabled Puppet on the node while the run held it disabled',
    hint: 'Find out who or what enables Puppet there, such as a cron job, then run again.',
    exit: 5,
  },
  'evidence-missing': {
    title: 'The node did not say how its run ended',
    hint: 'Look at the last run of the node; once it answers, run again.',
    exit: 5,
  },
} as const satisfies Readonly<Record<string, RunCodeDefinition>>

export type RunCode = keyof typeof runCodes

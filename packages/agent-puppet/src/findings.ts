/** What a finding of the look means; the engine may branch on these codes. */
interface FindingDefinition {
  /** One line for the table in the docs. */
  readonly title: string
  readonly hint: string
  /** The node is not ready. */
  readonly blocks: boolean
}

export const lookFindings = {
  'look-failing': {
    title: 'The last run of the node did not end well',
    hint: 'Nothing to do if this run is to mend it',
    blocks: false,
  },
  'look-not-provable': {
    title: 'What the node records of its runs does not prove them',
    hint: 'Needed are report = true, English logs of level notice, and a plugin that can read the report: 2.5.0 on Puppet 8. Or run with --accept-unverified',
    blocks: true,
  },
  'look-summary-unreadable': {
    title: 'The last run summary of the node cannot be read',
    hint: 'Ask for it by hand: choria req puppet last_run_summary -I NODE',
    blocks: true,
  },
  'look-disable-denied': {
    title: 'We may not disable the node',
    hint: 'Allow our caller id the action disable of the agent puppet (mcollective_agent_puppet::policies)',
    blocks: true,
  },
  'look-run-denied': {
    title: 'We may not run Puppet on the node',
    hint: 'Allow our caller id the action runonce of the agent puppet (mcollective_agent_puppet::policies)',
    blocks: true,
  },
  'look-permissions-unknown': {
    title: 'It cannot be told what we may do on the node',
    hint: 'See what the node says: choirmaster doctor -I NODE',
    blocks: false,
  },
  'look-probe-acted': {
    title: 'The node acted on an input that every puppet agent refuses',
    hint: 'Look at the node: it may be disabled with the message "a;b", or run Puppet; its agent puppet is not the one of Choria',
    blocks: true,
  },
  'look-daemon-options': {
    title: 'The Puppet daemon of the node takes no options',
    hint: 'Set the plugin setting puppet.signal_daemon to false, stop the daemon, or run without --noop and --enforce-environment',
    blocks: true,
  },
  'look-environment-differs': {
    title: 'The last run of the node ended in another environment than that of the graph',
    hint: 'Select the graph of that environment, move the node, or pass --enforce-environment',
    blocks: true,
  },
  'look-clock': {
    title: 'The last run of the node lies in its future',
    hint: 'Its clock was set back; run Puppet on it once by hand, so that the next run can be told from the last',
    blocks: true,
  },
} as const satisfies Readonly<Record<string, FindingDefinition>>

export type FindingCode = keyof typeof lookFindings

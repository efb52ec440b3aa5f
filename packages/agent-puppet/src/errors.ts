import { type ErrorTable, errorMaker } from '@choirmaster/core/provide'

/** Inputs that the agent would refuse; thrown before anything is sent. */
const inputErrors = {
  'agent-message-invalid': {
    title: 'The puppet agent does not take this disable message',
    hint: 'Use at most 120 printable ASCII characters without backtick, $, ;, |, &&, < and >',
    exit: 1,
  },
  'agent-environment-invalid': {
    title: 'The puppet agent does not take this environment name',
    hint: 'Use at most 50 letters, digits and underscores; the agent refuses any other character, also - and .',
    exit: 1,
  },
} as const satisfies ErrorTable

/** What a node's answer, or the lack of one, means; the codes of failed outcomes. */
export const nodeProblems = {
  'node-not-sent': {
    title: 'The request was never sent',
    hint: 'Check the connection to the Choria brokers',
    exit: 3,
  },
  'node-not-connected': {
    title: 'Nobody listens under this name',
    hint: 'Check that choria-server runs on the node, and that its Choria identity is the certname',
    exit: 3,
  },
  'node-no-reply': {
    title: 'The node did not reply',
    hint: 'Check choria-server and its log on the node, that the puppet agent plugin is installed, that the clocks agree and that the node is not overloaded',
    exit: 3,
  },
  'node-transport-failed': {
    title: 'The transport failed before the node answered',
    hint: 'Check the connection to the Choria brokers',
    exit: 3,
  },
  'node-denied': {
    title: 'The node does not authorise this action for us',
    hint: 'Allow our caller id the actions status, last_run_summary, disable, enable and runonce of the agent puppet (mcollective_agent_puppet::policies)',
    exit: 3,
  },
  'node-already-disabled': {
    title: 'Puppet is disabled already; the message that it has was kept',
    hint: 'Read the disable message: it says who disabled the node and why',
    exit: 3,
  },
  'node-already-enabled': {
    title: 'Puppet is enabled already',
    hint: 'Nothing is to be done, unless somebody else enabled a node that was to stay disabled',
    exit: 3,
  },
  'node-disabled': {
    title: 'Puppet is disabled, so it does not run',
    hint: 'Somebody disabled the node meanwhile; ask who the message names',
    exit: 3,
  },
  'node-busy': {
    title: 'Puppet applies a catalog at the moment',
    hint: 'Wait until that run is over; where it never ends, look for a stale run lock on the node',
    exit: 3,
  },
  'node-options-refused': {
    title: 'The Puppet daemon of the node takes no options',
    hint: 'Set the plugin setting puppet.signal_daemon to false, stop the daemon, or run without --noop and --enforce-environment',
    exit: 3,
  },
  'node-input-refused': {
    title: 'The node refuses the inputs of the request',
    hint: 'Compare the version of the puppet agent plugin on the node with 2.5.0',
    exit: 3,
  },
  'node-unknown-action': {
    title: "The node's puppet agent has no such action",
    hint: 'Install the plugin choria-plugins/puppet-agent, 2.5.0 or newer, on the node',
    exit: 3,
  },
  'node-puppet-missing': {
    title: 'The command puppet is not found on the node',
    hint: 'Install Puppet, or correct the plugin setting puppet.command',
    exit: 3,
  },
  'node-puppet-unsupported': {
    title: "The node's puppet agent plugin does not know its Puppet version",
    hint: 'Update the plugin choria-plugins/puppet-agent on the node',
    exit: 3,
  },
  'node-shim-failed': {
    title: "Choria's Ruby shim failed on the node",
    hint: 'Run the action by hand on the node and read the log of choria-server; a value like .nan in last_run_summary.yaml does this too',
    exit: 3,
  },
  'node-lock-unreadable': {
    title: "The node's disable lock is not readable",
    hint: 'Look at the file that puppet config print agent_disabled_lockfile names; somebody wrote it by other means',
    exit: 3,
  },
  'node-summary-unreadable': {
    title: "The node's last run summary is not readable",
    hint: 'Remove the file that puppet config print lastrunfile names, check for a full disk, and run Puppet there once by hand',
    exit: 3,
  },
  'node-done-with-error': {
    title: 'The node did it and then failed to say so',
    hint: 'Ask its status; most likely its last run summary or disable lock is not readable',
    exit: 3,
  },
  'node-agent-error': {
    title: 'The puppet agent failed on the node',
    hint: 'Read the log of choria-server on the node',
    exit: 3,
  },
  'node-reply-invalid': {
    title: "The node's reply is not one of the puppet agent",
    hint: 'Compare the version of the puppet agent plugin on the node with 2.5.0',
    exit: 3,
  },
  'node-probe-acted': {
    title: 'The node accepted an input that the puppet agent refuses, and acted on it',
    hint: 'Look at the node: it may be disabled with the message "a;b", or run Puppet; its agent puppet is not the one of Choria',
    exit: 3,
  },
} as const satisfies ErrorTable

export type NodeProblemCode = keyof typeof nodeProblems

export const agentPuppetErrors = { ...inputErrors, ...nodeProblems } as const satisfies ErrorTable

export const fail = errorMaker(inputErrors)

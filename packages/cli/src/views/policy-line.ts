/**
 * What lets a caller do something, as the action policies of Choria's servers have it: columns are parted by tabs.
 * For `policies/AGENT.policy` beside the server's configuration; Puppet's module writes it from Hiera.
 */
export function policyHint(agent: string, caller: string, actions: readonly string[]): string {
  const line = ['allow', caller, actions.join(' '), '*', '*'].join('\t')
  return `On the nodes, add this line (tabs between its columns) to policies/${agent}.policy beside server.conf, or its like to mcollective_agent_${agent}::policies in Hiera:\n  ${line}`
}

/** What a run asks of the puppet agent. */
const NEEDED = ['status', 'last_run_summary', 'disable', 'enable', 'runonce']

/** What lets a caller run Puppet: all that a run asks for, since who lacks one action mostly lacks more. */
export function runPolicyHint(caller: string): string {
  return policyHint('puppet', caller, NEEDED)
}

const DENIED: ReadonlySet<string> = new Set([
  'look-disable-denied',
  'look-run-denied',
  'node-denied',
])

/** Whether a finding's or outcome's code of the puppet agent says that a policy of the node is in the way. */
export function isDenied(code: string): boolean {
  return DENIED.has(code)
}

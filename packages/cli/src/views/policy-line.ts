/**
 * What lets a caller do something, as the action policies of Choria's servers have it: columns are parted by tabs.
 * For `policies/AGENT.policy` beside the server's configuration; Puppet's module writes it from Hiera.
 */
export function policyHint(agent: string, caller: string, actions: readonly string[]): string {
  const line = ['allow', caller, actions.join(' '), '*', '*'].join('\t')
  return `On the nodes, add this line (tabs between its columns) to policies/${agent}.policy beside server.conf, or its like to mcollective_agent_${agent}::policies in Hiera:\n  ${line}`
}

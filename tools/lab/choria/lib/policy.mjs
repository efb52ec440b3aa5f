/** The actions that Choirmaster asks for. */
const ACTIONS = ['status', 'last_run_summary', 'disable', 'enable', 'runonce']

/**
 * Policy of a node's puppet agent: which caller may do what; who is not named may do nothing.
 * @typedef {Readonly<Record<string, readonly string[]>>} Policy
 */

/**
 * Everything for the operator; for guests what the puppet agent's own Puppet module allows everybody.
 * @param {(client: string) => string} caller
 * @returns {Policy}
 */
export function usualPolicy(caller) {
  return { [caller('operator')]: ACTIONS, [caller('guest')]: ['status', 'last_run_summary'] }
}

/**
 * The file as Choria's action policy reads it, tab separated.
 * @param {Policy} policy
 */
export function policyFile(policy) {
  const lines = Object.entries(policy).map(
    ([caller, actions]) => `allow\t${caller}\t${actions.join(' ')}\t*\t*\n`,
  )
  return `policy default deny\n${lines.join('')}`
}

/** A policy that denies nobody anything. */
export const EVERYTHING = 'policy default allow\n'

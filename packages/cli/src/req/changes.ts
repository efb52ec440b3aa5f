/** Actions that are known to change nothing, by agent. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  puppet: ['status', 'last_run_summary'],
  rpcutil: [
    ...['ping', 'inventory', 'agent_inventory', 'collective_info', 'daemon_stats'],
    ...['get_fact', 'get_facts', 'get_config_item', 'get_data'],
  ],
  choria_util: ['info', 'machine_states', 'machine_state'],
}

/**
 * Whether a request must be taken for one that changes nodes: it is then signed for the shortest time, and never
 * kept for after a reconnect. Of what is not known the worse is assumed.
 */
export function mayChange(agent: string, action: string): boolean {
  const questions = Object.hasOwn(QUESTIONS, agent) ? QUESTIONS[agent] : undefined
  return !questions?.includes(action)
}

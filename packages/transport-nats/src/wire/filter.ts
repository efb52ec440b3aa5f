/**
 * The filter of a request to named nodes. Choria's servers drop a request, without a word, when one of the lists is
 * missing. `identity` stays empty: the subject names the node, and a list would be repeated in every message.
 */
export function agentFilter(agent: string): object {
  return { fact: [], cf_class: [], agent: [agent], identity: [], compound: [] }
}

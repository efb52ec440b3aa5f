import type { Call, Nodes, Outcome, Stream } from '@choirmaster/core/provide'
import { field } from '../values.js'
import { type Action, type Link, ask } from './ask.js'

/** As with `disable`: statuscode 5 can come after the deed, and `status` tells. */
const ENABLE: Action<null> = {
  name: 'enable',
  data: {},
  changes: true,
  refusals: [
    {
      codes: [1],
      text: /^Could not enable Puppet: Already enabled/,
      problem: 'node-already-enabled',
      effect: 'none',
    },
    {
      codes: [5],
      status: /^Could not enable Puppet: Already enabled/,
      problem: 'node-already-enabled',
      effect: 'none',
    },
    {
      codes: [5],
      status: /^Success?fully enabled the Puppet agent/,
      problem: 'node-done-with-error',
      effect: 'done',
    },
  ],
  // The agent reads its status after the deed: `enabled` is how the node was then. Anything else is left to a status.
  value: (data) => (field(data, 'enabled') === true ? { value: null } : undefined),
}

/**
 * Removes the disable lock, whoever owns it: the agent cannot compare and delete. Whose it is must have been read
 * immediately before. `node-already-enabled` where there is none.
 */
export function enable(link: Link, nodes: Nodes, call: Call): Stream<Outcome<null>> {
  return ask(link, ENABLE, nodes, call)
}

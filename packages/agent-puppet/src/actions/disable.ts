import type { Call, Nodes, Outcome, Stream } from '@choirmaster/core/provide'
import { ask, type Link } from './ask.js'
import { checkMessage } from './inputs.js'
import type { Refusal } from './refusals.js'

/**
 * After the deed the agent reads its whole status to fill `enabled`. Where that raises, the reply is statuscode 5,
 * but `status` tells what was done. "Succesfully" is the plugin's spelling.
 */
const REFUSALS: readonly Refusal[] = [
  {
    codes: [1],
    text: /^Could not disable Puppet: Already disabled/,
    problem: 'node-already-disabled',
    effect: 'none',
  },
  {
    codes: [5],
    status: /^Could not disable Puppet: Already disabled/,
    problem: 'node-already-disabled',
    effect: 'none',
  },
  {
    codes: [5],
    status: /^Success?fully locked the Puppet agent/,
    problem: 'node-done-with-error',
    effect: 'done',
  },
]

/**
 * Disables Puppet where it is enabled; an existing message is kept (`node-already-disabled`). Not atomic: of two
 * that disable at once both may succeed, and the later message wins. Only a status proves whose lock it is.
 * @throws CodedError `agent-message-invalid`, before anything is sent.
 */
export function disable(
  link: Link,
  nodes: Nodes,
  message: string,
  call: Call,
): Stream<Outcome<null>> {
  checkMessage(message)
  return ask(
    link,
    {
      name: 'disable',
      data: { message },
      changes: true,
      refusals: REFUSALS,
      value: () => ({ value: null }),
    },
    nodes,
    call,
  )
}

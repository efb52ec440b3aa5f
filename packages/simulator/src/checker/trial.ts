import type { Check } from './check.js'
import { lockAt } from './history.js'
import { isLookProbe } from './probe.js'

/** S14: a second node is disabled only after we were seen to enable the first, as nothing else proves that we may. */
export const checkTrial: Check = ({ wire }, nodes) => {
  const sent = wire.filter(
    (entry) => entry.what === 'request' && entry.action === 'disable' && !isLookProbe(entry.data),
  )
  const [first] = sent.flatMap((entry) => (entry.what === 'request' ? entry.nodes : []))
  const second = sent.find(
    (entry) => entry.what === 'request' && entry.nodes.some((name) => name !== first),
  )
  if (first === undefined || second === undefined) return []
  const node = nodes.get(first)
  // An answer that it failed, such as that it was enabled already, says as much: authorisation is judged before.
  const tried = node?.requests.some(
    ({ action, answeredAt, text, order }) =>
      action === 'enable' &&
      answeredAt !== null &&
      answeredAt <= second.at &&
      !/not authorized/i.test(text) &&
      lockAt(node, order + 1) === undefined,
  )
  if (tried === true) return []
  return [
    {
      promise: 'S14',
      message: `more than ${first} was disabled before it was seen that we may enable it`,
    },
  ]
}

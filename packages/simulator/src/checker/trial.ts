import type { Check } from './check.js'
import { isLookProbe } from './probe.js'

/** S14: a second node is disabled only after we were seen to enable the first, as nothing else proves that we may. */
export const checkTrial: Check = ({ wire, report }, nodes) => {
  const sent = wire.filter(
    (entry) => entry.what === 'request' && entry.action === 'disable' && !isLookProbe(entry.data),
  )
  const [first] = sent.flatMap((entry) => (entry.what === 'request' ? entry.nodes : []))
  const second = sent.find(
    (entry) => entry.what === 'request' && entry.nodes.some((name) => name !== first),
  )
  if (first === undefined || second === undefined) return []
  const enabled = nodes
    .get(first)
    ?.locks.some(
      ({ what, by, at }) => what === 'enabled' && by === report.caller && at <= second.at,
    )
  if (enabled === true) return []
  return [
    {
      promise: 'S14',
      message: `more than ${first} was disabled before it was seen that we may enable it`,
    },
  ]
}

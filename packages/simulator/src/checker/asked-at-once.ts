import { heardBefore, isAtOnce } from './at-once.js'
import type { Check, Violation } from './check.js'

/** L3: once a node has its slot and is enabled it is asked to run at once: anybody may run it meanwhile. */
export const checkAskedAtOnce: Check = (judged, nodes) =>
  [...nodes.values()].flatMap((node) =>
    node.requests.flatMap((request): Violation[] => {
      if (request.action !== 'runonce') return []
      const heard = heardBefore(node, request)
      if (heard?.answeredAt == null) return []
      if (isAtOnce(judged, heard.answeredAt, request.sent)) return []
      const late = (request.sent - heard.answeredAt) / 1000
      const message = `was asked to run ${late} s after its last answer, to ${heard.action}`
      return [{ promise: 'L3', node: node.name, message }]
    }),
  )

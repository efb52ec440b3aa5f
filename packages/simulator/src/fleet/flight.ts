import type { Answer, Moment } from '@choirmaster/core/provide'
import { AGENT } from '../agent/act.js'
import { between, draw } from '../node/draw.js'
import { logUnheard } from './happen.js'
import type { PendingCall } from './node-event.js'
import { treatCall } from './rules.js'
import type { Scene } from './scene.js'
import { isExpired, signedOf, type FleetRequest } from './signed.js'
import { AGENT_TIMEOUT, REPLY_TRAVELS, usualTreatment, type Damage } from './treatment.js'

/** One request on its way to one node, as the transport sees it. */
export interface Flight {
  readonly node: string
  /** When the reply is there; undefined: never. */
  readonly arrives: Moment | undefined
  /** When the same reply is there a second time. */
  readonly again: Moment | undefined
  /** What the reply has suffered when it is there. */
  readonly damage: Damage | undefined
  /** Known once the request has acted. */
  answer: Answer | undefined
  readonly silence: 'not-connected' | 'no-reply'
}

/** A request that nobody will answer. */
export function lostFlight(node: string, silence: Flight['silence']): Flight {
  return {
    node,
    arrives: undefined,
    again: undefined,
    damage: undefined,
    answer: undefined,
    silence,
  }
}

/**
 * Sends a request to a node at the scene's moment: decides what becomes of it and sets off its effect.
 * @param age of the fleet, ms
 * @param flying is told of the call that will give the flight its answer
 */
export function send(
  scene: Scene,
  request: FleetRequest,
  caller: string,
  age: number,
  flying: (call: PendingCall, flight: Flight) => void,
): Flight {
  const { node, at: sent, defaults } = scene
  const { agent, action, data, timeoutMs } = request
  const { state } = node
  state.calls += 1
  const usual = between(...defaults.reply, draw(state.seed, 'delay', state.calls)) * 1000
  const treatment = usualTreatment(Math.round(usual))
  const pending: PendingCall = { call: state.calls, action, caller, data, sent, treatment }
  const unheard = (why: 'not-connected' | 'no-reply' | 'no-agent' | 'expired'): Flight => {
    logUnheard(scene, pending, why)
    return lostFlight(state.name, why === 'not-connected' ? why : 'no-reply')
  }
  if (state.away?.why === 'not-connected') return unheard('not-connected')
  if (isExpired(node, sent, signedOf(request))) return unheard('expired')
  if (agent !== AGENT) return unheard('no-agent')

  treatCall(node, treatment, { action, timeoutMs }, age, (fault) =>
    scene.log({ what: 'fault', fault }),
  )
  if (!treatment.heard) return unheard('no-reply')

  const { delay, actsAfter, reply, later } = treatment
  if (actsAfter === undefined && delay > AGENT_TIMEOUT) {
    scene.later(AGENT_TIMEOUT, { kind: 'killed-call', call: pending })
    return lostFlight(state.name, 'no-reply')
  }
  scene.later(actsAfter ?? Math.max(0, delay - REPLY_TRAVELS), { kind: 'act', call: pending })
  const arrives = reply === 'lost' ? undefined : sent + Math.round(delay)
  const again = reply === 'twice' && arrives !== undefined ? arrives + Math.round(later) : undefined
  const flight: Flight = {
    node: state.name,
    arrives,
    again,
    damage: treatment.damage,
    answer: undefined,
    silence: 'no-reply',
  }
  flying(pending, flight)
  return flight
}

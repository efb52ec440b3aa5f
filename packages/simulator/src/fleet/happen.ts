import { act } from '../agent/act.js'
import type { Reply } from '../agent/reply.js'
import type { FleetEffect } from './fleet-log.js'
import { endRun, lockRun, writeReport, writeSummary } from '../node/run.js'
import type { NodeEvent, PendingCall } from './node-event.js'
import { strikes } from './rules.js'
import type { Scene } from './scene.js'

/** Makes an event happen to its node; a request that acts gives its reply. */
export function happen(scene: Scene, event: NodeEvent): Reply | undefined {
  switch (event.kind) {
    case 'act':
      return answer(scene, event.call)
    case 'killed-call':
      logUnheard(scene, event.call, 'killed')
      return undefined
    case 'lock':
      lockRun(scene, event.run)
      return undefined
    case 'summary':
      writeSummary(scene, event.run)
      return undefined
    case 'report':
      writeReport(scene, event.run)
      return undefined
    case 'unlock':
    case 'kill':
      endRun(scene, event.run, event.kind)
      return undefined
    case 'unstick':
      scene.node.state.stuck = false
      return undefined
    case 'up':
      comeBack(scene)
      return undefined
    case 'strike':
      strike(scene, event.rule)
      return undefined
  }
}

function answer(scene: Scene, pending: PendingCall): Reply | undefined {
  const { away } = scene.node.state
  if (away !== undefined) {
    logUnheard(scene, pending, away.why)
    return undefined
  }
  const { call, action, caller, data, sent, treatment } = pending
  scene.log({ what: 'request', call, action, caller, data, sent })
  const reply = act(scene, pending)
  const { code, text } = reply
  scene.log({ what: 'answer', call, action, code, text, fate: treatment.reply })
  scene.happened('asked')
  return reply
}

export function logUnheard(
  scene: Scene,
  { call, action, caller, sent }: PendingCall,
  why: Extract<FleetEffect, { readonly what: 'unheard' }>['why'],
): void {
  scene.log({ what: 'unheard', call, action, caller, sent, why })
}

function comeBack(scene: Scene): void {
  const { state } = scene.node
  // It may have left for longer since.
  if (typeof state.away?.until !== 'number' || state.away.until > scene.at) return
  state.away = undefined
  scene.log({ what: 'up' })
}

/** A fault whose time has come. */
export function strike(scene: Scene, key: string): void {
  const { node } = scene
  const rule = node.rules.find((candidate) => candidate.key === key)
  // None when the scenario was edited since the fleet was saved.
  if (rule?.kind.strikes !== 'time') return
  scene.log({ what: 'fault', fault: rule.kind.name })
  rule.kind.time(scene, rule.params as never)
  const { every } = rule.limits
  if (every !== undefined && strikes(node.state, rule)) {
    scene.later(every * 1000, { kind: 'strike', rule: key })
  }
}

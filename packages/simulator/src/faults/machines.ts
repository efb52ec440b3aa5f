import type { FaultKind } from './fault.js'
import { anySeconds, flag, seconds, text } from './params.js'
import { killAll } from '../node/run.js'
import type { Scene } from '../fleet/scene.js'

/** Faults of the machine: its clock, its services, its place on the network. */
export const daemon: FaultKind<{ readonly signal?: boolean }> = {
  name: 'daemon',
  strikes: 'always',
  does: 'A Puppet daemon is present; runonce signals it and refuses every option (`signal: false`: signal_daemon is off).',
  concludes:
    'Ready without options; with options (noop, environment) it cannot take them: refused.',
  params: { signal: flag },
  traits(traits, params) {
    traits.daemon = params.signal === false ? 'plain' : 'signal'
  },
}

export const windows: FaultKind<unknown> = {
  name: 'windows',
  strikes: 'always',
  does: 'A Windows node: never says applying while it is disabled.',
  concludes:
    'Nothing, as no answer tells the platform: that it is idle is proven only by what was seen before the lock.',
  params: {},
  traits(traits) {
    traits.windows = true
  },
}

export const noop: FaultKind<unknown> = {
  name: 'noop',
  strikes: 'always',
  does: 'noop = true in its puppet.conf: runs change nothing.',
  concludes: 'Failed, unless a noop run was asked for.',
  params: {},
  traits(traits) {
    traits.noop = true
  },
}

export const puppetMissing: FaultKind<unknown> = {
  name: 'puppet-missing',
  strikes: 'always',
  does: 'The puppet command does not exist: runonce answers code 5.',
  concludes: 'Failed: the answer to runonce says so.',
  params: {},
  traits(traits) {
    traits.puppetMissing = true
  },
}

export const environment: FaultKind<{ readonly name: string }> = {
  name: 'environment',
  strikes: 'always',
  does: 'Runs in the environment `name`.',
  concludes: 'Refused where it is not the environment of the plan, unless that is enforced.',
  params: { name: text },
  required: ['name'],
  traits(traits, params) {
    traits.environment = params.name
  },
}

export const puppetVersion: FaultKind<{ readonly version: string }> = {
  name: 'puppet-version',
  strikes: 'always',
  does: 'Says that it is Puppet `version`; nothing else changes.',
  concludes: 'As the run ended.',
  params: { version: text },
  required: ['version'],
  traits(traits, params) {
    traits.puppet = params.version
  },
}

interface ClockOffset {
  readonly seconds: number
  readonly ttl?: boolean
}

export const clockOffset: FaultKind<ClockOffset> = {
  name: 'clock-offset',
  strikes: 'always',
  does: 'Its clock is `seconds` ahead (negative: behind). With `ttl: true` its server has that clock too and drops what differs from it by the ttl, as real ones do: 30 s for changes, 60 s for questions.',
  concludes:
    'As without: node times are compared with node times only. With `ttl`: no answer, refused before the lock.',
  params: { seconds: anySeconds, ttl: flag },
  required: ['seconds'],
  traits(traits, params) {
    traits.offset = params.seconds * 1000
    traits.strictTtl = params.ttl ?? false
  },
}

export const clockStep: FaultKind<{ readonly seconds: number }> = {
  name: 'clock-step',
  strikes: 'time',
  does: 'Its clock jumps by `seconds`.',
  concludes:
    'Unknown when it happens during the run and is more than a few seconds: its times prove nothing.',
  params: { seconds: anySeconds },
  required: ['seconds'],
  time(scene, params) {
    scene.node.state.stepped += params.seconds * 1000
    scene.log({ what: 'clock-stepped', seconds: params.seconds })
  },
}

/** Who leaves while away stays away for the longer time. */
function leave(scene: Scene, why: 'not-connected' | 'no-reply', gone: number | undefined): void {
  const { state } = scene.node
  const until = gone === undefined ? null : scene.at + Math.round(gone * 1000)
  const since = state.away
  const longer = since === undefined || (since.until !== null && (until ?? Infinity) > since.until)
  if (!longer) return
  state.away = { until, why }
  scene.log({ what: 'down', why })
  if (until !== null) scene.later(until - scene.at, { kind: 'up' })
}

export const notConnected: FaultKind<{ readonly seconds?: number }> = {
  name: 'not-connected',
  strikes: 'time',
  does: 'Is not connected to the broker, from the start or from a time on, for ever (it disappears) or for `seconds`. Puppet goes on.',
  concludes: 'Not connected: refused before the lock; later silence, borne until its deadlines.',
  params: { seconds },
  time(scene, params) {
    leave(scene, 'not-connected', params.seconds)
  },
}

export const serverRestart: FaultKind<{ readonly seconds?: number }> = {
  name: 'server-restart',
  strikes: 'time',
  does: 'Its Choria server answers nothing for `seconds` (30), as when the run itself restarted it. Puppet goes on.',
  concludes: 'Gaps are borne; the run is judged by what it left.',
  params: { seconds },
  time(scene, params) {
    leave(scene, 'no-reply', params.seconds ?? 30)
  },
}

export const reboot: FaultKind<{ readonly seconds?: number }> = {
  name: 'reboot',
  strikes: 'time',
  does: 'Reboots: every Puppet process dies without a summary, nothing is answered for `seconds` (90). The disable lock survives.',
  concludes:
    'Failed (died) when it is back and was seen applying, asked once more when it was not; unknown when it does not come back in time.',
  params: { seconds },
  time(scene, params) {
    killAll(scene)
    leave(scene, 'no-reply', params.seconds ?? 90)
  },
}

export const portsClosed: FaultKind<{ readonly seconds?: number; readonly drops?: boolean }> = {
  name: 'ports-closed',
  strikes: 'always',
  does: 'Its TCP ports refuse connections for `seconds` after each Puppet run (a service that starts slowly), or always. With `drops: true` they say nothing instead.',
  concludes:
    'Nothing, unless a gate checks a port: then consumers wait until it is open, and the node has failed when it is not in time.',
  params: { seconds, drops: flag },
  traits(traits, params) {
    const closedFor = params.seconds === undefined ? null : params.seconds * 1000
    traits.ports = { closedFor, drops: params.drops ?? false }
  },
}

import type { Scene } from '../fleet/scene.js'
import { ENDING_NAMES, type Ending } from '../node/endings.js'
import { lockMessage } from '../agent/status.js'
import { lockRun, spawn } from '../node/run.js'
import type { FaultKind } from './fault.js'
import { flag, seconds, text } from './params.js'

/** Who acts on a node at its own keyboard. */
const OPERATOR = 'operator'

export const disabled: FaultKind<{ readonly message?: string | null; readonly by?: string }> = {
  name: 'disabled',
  strikes: 'time',
  does: 'An operator (`by`) disables it with `message`; null leaves a lock without one. A disabled node stays as it is.',
  concludes:
    'Disabled by somebody else: refused before the lock, never enabled by us; later the run is watched to its end and the lock is reported as foreign.',
  params: { message: { type: ['string', 'null'] }, by: text },
  time(scene, params) {
    const by = params.by ?? OPERATOR
    const { state } = scene.node
    if (state.lock !== null) {
      // `puppet agent --disable` on a disabled node changes nothing and exits 0.
      scene.log({ what: 'already-disabled', by, message: lockMessage(scene.node) })
      return
    }
    // What `puppet agent --disable` writes without a text.
    const message = params.message === undefined ? 'reason not specified' : params.message
    state.lock = { message }
    scene.log({ what: 'disabled', by, message })
  },
}

export const brokenLock: FaultKind<unknown> = {
  name: 'broken-lock',
  strikes: 'time',
  does: 'Its disable lock is a file that is no JSON: status answers code 5.',
  concludes: 'Refused: a foreign lock that cannot be read.',
  params: {},
  time(scene) {
    if (scene.node.state.lock !== null) return
    scene.node.state.lock = { broken: 'x\n' }
    scene.log({ what: 'disabled', by: OPERATOR, message: null })
  },
}

export const enabled: FaultKind<{ readonly by?: string }> = {
  name: 'enabled',
  strikes: 'time',
  does: 'A stranger (`by`) enables it, whoever had disabled it.',
  concludes: 'Held but enabled: the node is not run by us on that footing, and it is named.',
  params: { by: text },
  time(scene, params) {
    const { state } = scene.node
    if (state.lock === null) return
    const message = lockMessage(scene.node)
    state.lock = null
    scene.log({ what: 'enabled', by: params.by ?? OPERATOR, message })
  },
}

interface ForeignRun {
  readonly seconds?: number
  readonly by?: string
  readonly ending?: Ending
  readonly loads?: number
  readonly verbose?: boolean
}

export const foreignRun: FaultKind<ForeignRun> = {
  name: 'foreign-run',
  strikes: 'time',
  does: 'cron (`by`) runs Puppet for `seconds` (60) with `ending` (changed), unless the node is disabled or busy once it has loaded, which takes `loads` seconds (0). With `verbose: true` its log has info lines, as that of `puppet agent --test`. Without a time it is busy from the start.',
  concludes:
    'Busy: waited for, then asked again. A run that began before our request for certain is foreign, and ours is requested once more; where that is not certain, it is unknown.',
  params: { seconds, by: text, ending: { enum: ENDING_NAMES }, loads: seconds, verbose: flag },
  time(scene, params) {
    startForeign(scene, params)
  },
}

function startForeign(scene: Scene, params: ForeignRun): void {
  const by = params.by ?? 'cron'
  const { loads = 0, verbose = false } = params
  const process = spawn(scene, { by, noop: false, verbose }, { show: loads })
  process.script.seconds = params.seconds ?? 60
  process.script.ending = params.ending ?? 'changed'
  if (loads === 0) lockRun(scene, process.id)
}

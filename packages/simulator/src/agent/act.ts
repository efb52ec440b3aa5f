import type { PendingCall } from '../fleet/node-event.js'
import type { Scene } from '../fleet/scene.js'
import { inputFault, isAction } from './ddl.js'
import { disable, enable } from './lock-actions.js'
import { aborted, crashed, DEFAULTS, DENIED, invalid, type Reply } from './reply.js'
import { runonce } from './runonce.js'
import { status } from './status.js'
import { lastRunSummary } from './summary.js'

/** The only agent that the simulated nodes have. */
export const AGENT = 'puppet'

/** The puppet agent plugin 2.5.0 behind a Choria server: policy first, then the action's name, then its inputs, then the work. */
export function act(scene: Scene, call: PendingCall): Reply {
  const { action, data, treatment } = call
  if (treatment.denied) return DENIED
  if (!isAction(action)) {
    return { code: 2, text: `Unknown action ${action} for agent ${AGENT}`, data: {} }
  }
  const defaults = DEFAULTS[action] ?? {}
  const fault = inputFault(action, data)
  if (fault !== undefined) return invalid(fault, defaults)
  if (treatment.error === 'instead') {
    return aborted(`Cannot decode output from Shim for Ruby action ${AGENT}#${action}: EOF`, {})
  }
  const reply = perform(scene, call)
  if (treatment.error === 'none') return reply
  const { status = '' } = reply.data as { readonly status?: string }
  return crashed(
    'No space left on device @ io_write - /opt/puppetlabs/puppet/cache/state',
    action === 'disable' || action === 'enable' ? { ...defaults, status } : defaults,
  )
}

function perform(scene: Scene, call: PendingCall): Reply {
  switch (call.action) {
    case 'disable':
      return disable(scene, call)
    case 'enable':
      return enable(scene, call)
    case 'status':
      return status(scene.node, scene.at)
    case 'runonce':
      return runonce(scene, call)
    case 'last_run_summary':
      return lastRunSummary(scene.node, scene.at, call.data['logs'] === true)
    default: {
      // `resource`, the last one: an empty type whitelist is the plugin's default.
      const type = String(call.data['type']).toLowerCase()
      return aborted(
        `The ${type} type is not listed in the type whitelist`,
        DEFAULTS['resource'] ?? {},
      )
    }
  }
}

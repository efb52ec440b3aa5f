import type { PendingCall } from '../fleet/node-event.js'
import type { Scene } from '../fleet/scene.js'
import { nodeTime } from '../node/node.js'
import { aborted, crashed, ok, type Reply } from './reply.js'
import { lockMessage, statusFault } from './status.js'

const pad = (value: number): string => String(value).padStart(2, '0')

function defaultMessage(scene: Scene, caller: string): string {
  const now = new Date(nodeTime(scene.node, scene.at))
  const day = `${now.getUTCFullYear()}-${pad(now.getUTCMonth() + 1)}-${pad(now.getUTCDate())}`
  const time = `${pad(now.getUTCHours())}:${pad(now.getUTCMinutes())}`
  return `Disabled via MCollective by ${caller} at ${day} ${time}`
}

/** Both actions end with a full status to fill `enabled`: when that fails the work is done and the answer is an error. */
function answer(scene: Scene, failed: boolean, status: string): Reply {
  const fault = statusFault(scene.node)
  if (fault !== undefined) return crashed(fault, { enabled: null, status })
  const data = { enabled: scene.node.state.lock === null, status }
  return failed ? aborted(status, data) : ok(data)
}

export function disable(scene: Scene, call: PendingCall): Reply {
  const { state } = scene.node
  const by = call.caller
  if (state.lock !== null) {
    scene.log({ what: 'already-disabled', by, message: lockMessage(scene.node) })
    return answer(scene, true, 'Could not disable Puppet: Already disabled')
  }
  if (!state.folder) {
    const file = '/opt/puppetlabs/puppet/cache/state/agent_disabled.lock'
    return answer(
      scene,
      true,
      `Could not disable Puppet: No such file or directory @ rb_sysopen - ${file}`,
    )
  }
  const asked = call.data['message']
  const message = typeof asked === 'string' ? asked : defaultMessage(scene, by)
  state.lock = { message }
  scene.log({ what: 'disabled', by, message })
  scene.happened('disabled')
  return answer(scene, false, `Succesfully locked the Puppet agent: ${message}`)
}

export function enable(scene: Scene, call: PendingCall): Reply {
  const { state } = scene.node
  if (state.lock === null) {
    return answer(scene, true, 'Could not enable Puppet: Already enabled')
  }
  const message = lockMessage(scene.node)
  state.lock = null
  scene.log({ what: 'enabled', by: call.caller, message })
  scene.happened('enabled')
  return answer(scene, false, 'Succesfully enabled the Puppet agent')
}

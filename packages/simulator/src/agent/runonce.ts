import type { Json } from '@choirmaster/core/provide'
import type { PendingCall } from '../fleet/node-event.js'
import type { Scene } from '../fleet/scene.js'
import { draw } from '../node/draw.js'
import { applying, nodeSeconds } from '../node/node.js'
import { spawn } from '../node/run.js'
import { aborted, crashed, DEFAULTS, ok, type Reply } from './reply.js'
import { lockFault, lockMessage, statusFault } from './status.js'

/** puppet.splaylimit of the plugin, seconds. */
const SPLAY_LIMIT = 30

const refuse = (summary: string): Reply => aborted(summary, { initiated_at: 0, summary })
const crash = (text: string): Reply => crashed(text, DEFAULTS['runonce'] ?? {})

interface Splay {
  readonly splay?: boolean
  readonly limit?: Json
}

function splayOf(data: PendingCall['data']): Splay {
  // Forcing implies --no-splay.
  if (data['force'] === true) return { splay: false }
  const splay = typeof data['splay'] === 'boolean' ? data['splay'] : true
  const limit = data['splaylimit'] ?? (splay ? SPLAY_LIMIT : undefined)
  return limit === undefined ? { splay } : { splay, limit }
}

/** Command-line options in the plugin's order. */
function commandLine(data: PendingCall['data'], { splay, limit }: Splay): readonly string[] {
  const list = (key: string): string =>
    String(data[key])
      .split(',')
      .map((tag) => tag.trim())
      .join(',')
  const options: string[] = []
  if (typeof data['tags'] === 'string') options.push(`--tags ${list('tags')}`)
  if (typeof data['skip_tags'] === 'string') options.push(`--skip_tags ${list('skip_tags')}`)
  if (splay !== undefined) options.push(splay ? '--splay' : '--no-splay')
  if (limit !== undefined) options.push(`--splaylimit ${String(limit)}`)
  if (typeof data['noop'] === 'boolean') options.push(data['noop'] ? '--noop' : '--no-noop')
  if (typeof data['environment'] === 'string') options.push(`--environment ${data['environment']}`)
  if (data['ignoreschedules']) options.push('--ignoreschedules')
  if (typeof data['use_cached_catalog'] === 'boolean') {
    options.push(data['use_cached_catalog'] ? '--use_cached_catalog' : '--no-use_cached_catalog')
  }
  return options
}

/** Decision order of the plugin (agent notes, 2.4). Statuscode 0 says that a process was started, not that it will run. */
export function runonce(scene: Scene, call: PendingCall): Reply {
  const { node } = scene
  const { state, traits } = node
  const { data } = call
  if (state.lock !== null) {
    const fault = lockFault(node)
    if (fault !== undefined) return crash(fault)
    const message = lockMessage(node)
    return refuse(message === '' ? 'Puppet is disabled' : `Puppet is disabled: '${message ?? ''}'`)
  }
  if (data['server']) {
    return refuse("Passing 'server' option is not allowed in module configuration")
  }
  const fault = statusFault(node)
  if (fault !== undefined) return crash(fault)
  const splay = traits.daemon === 'signal' ? {} : splayOf(data)
  if (applying(node)) return refuse('Puppet is currently applying a catalog, cannot run now')
  if (splay.limit !== undefined && !Number.isInteger(splay.limit)) {
    return refuse(`Invalid splaylimit '${String(splay.limit)}' specified`)
  }
  const options = commandLine(data, splay)
  const signals = traits.daemon === 'signal' && !traits.windows
  if (signals && options.length > 0) {
    return refuse('Cannot specify any custom puppet options when the daemon is running')
  }
  if (traits.puppetMissing) return crash('No such file or directory - puppet')

  state.attempts += 1
  const environment = data['environment']
  const process = spawn(
    scene,
    {
      by: call.caller,
      attempt: state.attempts,
      noop: data['noop'] === true,
      ...(typeof environment === 'string' ? { environment } : {}),
      verbose: !signals,
    },
    splay.splay && typeof splay.limit === 'number'
      ? { splay: draw(state.seed, 'splay', state.attempts) * splay.limit }
      : {},
  )
  scene.happened('requested')
  const command = traits.windows
    ? ['puppet.bat agent --onetime', ...options]
    : ['puppet agent --onetime --no-daemonize --color=false --show_diff --verbose', ...options]
  return ok({
    initiated_at: nodeSeconds(node, process.spawned),
    summary: signals
      ? 'Signalled the running Puppet Daemon'
      : `Started a Puppet run using the '${command.join(' ')}' command`,
  })
}

import type { FindChoria } from './find-choria.js'
import { below, setting, type Setting } from './setting.js'

/** Options that only one of the two transports has: whoever gives one means that transport. */
export const OWN_OPTIONS = {
  nats: ['choriaConfig', 'servers', 'collective', 'certname', 'ssldir', 'pace', 'unsignedReplies'],
  simulator: ['scenario', 'log', 'state', 'seed', 'speed'],
} as const

/** Origin of a transport that nobody chose, for want of a real one. */
export const NO_CHORIA = 'no Choria configuration found'

/**
 * The transport where nothing names one: real nodes wherever this machine is set up to reach some, so that a
 * simulation is never taken for a run; else the simulator, so that a first try needs nothing.
 * @param settings all in force
 */
export async function defaultTransport(
  settings: readonly Setting[],
  choria: FindChoria,
): Promise<Setting> {
  const options = below(settings, ['transport'])
  for (const name of ['nats', 'simulator'] as const) {
    const own: readonly string[] = OWN_OPTIONS[name]
    const given = options.find(({ path }) => own.includes(path[1] ?? ''))
    if (given !== undefined) return use(name, given.origin)
  }
  const found = await choria()
  return found === undefined ? use('simulator', NO_CHORIA) : use('nats', found)
}

function use(name: keyof typeof OWN_OPTIONS, origin: string): Setting {
  return setting(['transport', 'use'], name, 'default', origin)
}

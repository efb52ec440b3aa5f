import { dirname, join, resolve } from 'node:path'
import { identityError } from '../errors.js'
import type { System } from '../system.js'
import { expandHome } from './values.js'
import { parseChoriaConfig, type Setting, type Settings } from './parse.js'

/** The client configuration that is in force. */
export interface ChoriaConfig {
  /** Files that were read, in order; a later one overrides. None: defaults only. */
  readonly files: readonly string[]
  readonly settings: Settings
}

/** Where the `choria` command looks for a client's configuration; the first that exists (internal/util UserConfig). */
function candidates(home: string): readonly string[] {
  return [
    join(home, '.choriarc'),
    join(home, '.mcollective'),
    '/etc/choria/client.conf',
    '/usr/local/etc/choria/client.conf',
    '/etc/puppetlabs/mcollective/client.cfg',
  ]
}

/** `choria.conf` of each folder from / down to `folder`. */
function projectFiles(folder: string): readonly string[] {
  const parent = dirname(folder)
  const above = parent === folder ? [] : projectFiles(parent)
  return [...above, join(folder, 'choria.conf')]
}

async function read(system: System, file: string): Promise<string | undefined> {
  try {
    return await system.readFile(file)
  } catch (cause) {
    throw identityError('identity-config-unreadable', {
      message: `Cannot read Choria's configuration ${file}: ${(cause as Error).message}`,
      place: file,
      cause,
    })
  }
}

async function mainFile(
  system: System,
  named: string | undefined,
): Promise<{ file: string; text: string } | undefined> {
  if (named !== undefined) {
    const file = resolve(system.cwd, expandHome(named, system.home))
    const text = await read(system, file)
    if (text !== undefined) return { file, text }
    throw identityError('identity-config-unreadable', {
      message: `There is no Choria configuration ${file}`,
      place: file,
    })
  }
  for (const file of candidates(system.home)) {
    const text = await read(system, file)
    if (text !== undefined) return { file, text }
  }
  return undefined
}

/**
 * Reads the client configuration as the `choria` command does: the main file, `plugin.d/choria.cfg` beside it
 * (not for a file in the home folder), then each `choria.conf` from / down to the working directory. Other files
 * of plugin.d hold no typed settings for Choria and none that is read here.
 * @param named the file to use in place of the search; relative to the working directory.
 * @throws identity-config-unreadable for a file that was named and is not there, or one that cannot be read.
 */
export async function readChoriaConfig(system: System, named?: string): Promise<ChoriaConfig> {
  const files: string[] = []
  const settings = new Map<string, Setting>()
  const add = (file: string, text: string | undefined, prefix?: string): void => {
    if (text === undefined) return
    files.push(file)
    for (const [key, setting] of parseChoriaConfig(text, file, prefix)) settings.set(key, setting)
  }

  const main = await mainFile(system, named)
  if (main !== undefined) {
    add(main.file, main.text)
    if (!main.file.startsWith(join(system.home, '/'))) {
      const plugin = join(dirname(main.file), 'plugin.d', 'choria.cfg')
      add(plugin, await read(system, plugin), 'plugin.choria.')
    }
  }
  for (const file of projectFiles(system.cwd)) add(file, await read(system, file))
  return { files, settings }
}

import { isCodedError } from '@choirmaster/core'
import { nodeSystem, readChoriaConfig, type System } from '@choirmaster/puppet-identity'

/** Says what shows that Choria is configured on this machine; undefined: nothing does. */
export type FindChoria = () => Promise<string | undefined>

/**
 * Looks for a Choria client configuration as the `choria` command does. Never rejects for a file that cannot be read:
 * it is there, and who opens the transport is told what is wrong with it.
 */
export async function findChoria(system: System): Promise<string | undefined> {
  if (system.env['MCOLLECTIVE_CERTNAME']) return 'MCOLLECTIVE_CERTNAME is set'
  try {
    const [file] = (await readChoriaConfig(system)).files
    return file === undefined ? undefined : `found ${file}`
  } catch (error) {
    if (isCodedError(error) && error.place !== undefined) return `found ${error.place}`
    throw error
  }
}

export const onThisMachine: FindChoria = () => findChoria(nodeSystem())

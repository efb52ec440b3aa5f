import { pathSetting, type Settings, type System } from '@choirmaster/puppet-identity'
import type { Moment } from '@choirmaster/core/provide'
import { transportError } from '../errors.js'
import { readOperatorToken, type OperatorToken, type Permission } from '../signer/operator-token.js'

/** The settings that name token and seed: the operator's own, or those for a signing service. */
export type TokenPrefix = 'plugin.security.choria' | 'plugin.choria.security.request_signer'

/**
 * Reads the operator's token and its seed. Without a setting for the seed it lies beside the token, as
 * `choria login` puts it: with the ending .key.
 * @throws transport-token-…
 */
export async function loadToken(
  settings: Settings,
  system: System,
  prefix: TokenPrefix,
  permissions: readonly Permission[],
  now: Moment,
): Promise<OperatorToken> {
  const tokenFile = pathSetting(settings, `${prefix}.token_file`, system)?.value
  if (tokenFile === undefined) {
    throw transportError('transport-token-file', { message: `${prefix}.token_file is not set` })
  }
  const seedFile =
    pathSetting(settings, `${prefix}.seed_file`, system)?.value ??
    tokenFile.replace(/\.[^./]*$/, '') + '.key'
  const [token, seed] = await Promise.all([readText(system, tokenFile), readText(system, seedFile)])
  return readOperatorToken({ tokenFile, token, seedFile, seed }, permissions, now)
}

/** @throws transport-token-file */
export async function readText(system: System, file: string): Promise<string> {
  let text: string | undefined
  try {
    text = await system.readFile(file)
  } catch (cause) {
    const message = `Cannot read ${file}: ${(cause as Error).message}`
    throw transportError('transport-token-file', { message, place: file, cause })
  }
  if (text !== undefined) return text
  throw transportError('transport-token-file', { message: `There is no ${file}`, place: file })
}

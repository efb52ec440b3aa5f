import { identityError } from './errors.js'
import type { Setting, Settings } from './choria-config/parse.js'
import type { System } from './system.js'

/** What Choria puts behind a user's name; its servers accept `\.mcollective$` by default. */
const SUFFIX = '.mcollective'

/** Certnames become file names and subjects: nothing that leaves the folder or needs quoting. */
const CERTNAME = /^\w[\w.-]*$/

/** Which of Choria's security providers is configured; `puppet` when nothing says otherwise. */
export function securityProvider(settings: Settings): Setting {
  return settings.get('plugin.security.provider') ?? { value: 'puppet', origin: 'default' }
}

function wanted(named: string | undefined, settings: Settings, system: System): Setting {
  if (named !== undefined) return { value: named, origin: 'option certname' }
  const variable = system.env['MCOLLECTIVE_CERTNAME']
  if (variable) return { value: variable, origin: 'MCOLLECTIVE_CERTNAME' }
  if (system.root && securityProvider(settings).value === 'file') {
    return settings.get('identity') ?? { value: system.hostname, origin: 'host name' }
  }
  const user = system.env['USER'] || system.user
  return { value: user + SUFFIX, origin: 'user name' }
}

/**
 * The operator's certificate name by Choria's rules: what was named, else `MCOLLECTIVE_CERTNAME`, else
 * `USER.mcollective`, for root too; only under the `file` provider root is the host. The host's certificate is
 * never picked up unasked.
 * @throws identity-certname for a name that cannot be a file name.
 */
export function findCertname(
  named: string | undefined,
  settings: Settings,
  system: System,
): Setting {
  const found = wanted(named, settings, system)
  if (CERTNAME.test(found.value)) return found
  throw identityError('identity-certname', {
    message: `The certificate name ${JSON.stringify(found.value)} (${found.origin}) cannot be used`,
    place: found.origin,
  })
}

import { join } from 'node:path'
import { findCertname, securityProvider } from './certname.js'
import { pathSetting } from './choria-config/values.js'
import type { Setting, Settings } from './choria-config/parse.js'
import { identityError } from './errors.js'
import type { System } from './system.js'

/** What names parts of the identity explicitly; each beats what is configured. Paths are absolute. */
export interface IdentityOptions {
  readonly certname?: string | undefined
  /** SSL folder in Puppet's layout. */
  readonly ssldir?: string | undefined
  readonly certificate?: string | undefined
  readonly key?: string | undefined
  readonly ca?: string | undefined
  readonly crl?: string | undefined
}

/** Where the identity is; each path with who named it. */
export interface IdentityFiles {
  readonly certname: Setting
  readonly certificate: Setting
  readonly key: Setting
  readonly ca: Setting
  /** Absent: the provider has none. */
  readonly crl?: Setting
  /** Whether the layout is Puppet's, where `choirmaster enroll` puts what is missing. */
  readonly enrollable: boolean
}

type Paths = Partial<Record<'certificate' | 'key' | 'ca' | 'crl', Setting>>

/** Puppet's own default for root, where the `puppet` command cannot be asked. */
const ROOT_SSLDIR = '/etc/puppetlabs/puppet/ssl'
const USER_SSLDIR = '.puppetlabs/etc/puppet/ssl'

/** The SSL folder of Choria's `puppet` provider (go-choria: SSLDir). */
async function findSsldir(settings: Settings, system: System): Promise<Setting> {
  const configured = pathSetting(settings, 'plugin.choria.ssldir', system)
  if (configured !== undefined) return configured
  if (!system.root) return { value: join(system.home, USER_SSLDIR), origin: 'default' }
  const asked = await system.puppetSetting('ssldir')
  if (asked !== undefined) return { value: asked, origin: 'puppet config print ssldir' }
  return { value: ROOT_SSLDIR, origin: 'default' }
}

function puppetLayout(ssldir: Setting, certname: string): Paths {
  const at = (...parts: string[]): Setting => ({ ...ssldir, value: join(ssldir.value, ...parts) })
  return {
    certificate: at('certs', `${certname}.pem`),
    key: at('private_keys', `${certname}.pem`),
    ca: at('certs', 'ca.pem'),
    crl: at('crl.pem'),
  }
}

/** The files that the providers `file` and `choria` name one by one. */
function namedPaths(provider: string, settings: Settings, system: System): Paths {
  const paths: Paths = {}
  for (const part of ['certificate', 'key', 'ca'] as const) {
    const found = pathSetting(settings, `plugin.security.${provider}.${part}`, system)
    if (found !== undefined) paths[part] = found
  }
  return paths
}

function explicitPaths(options: IdentityOptions): Paths {
  const paths: Paths = {}
  for (const part of ['certificate', 'key', 'ca', 'crl'] as const) {
    const value = options[part]
    if (value !== undefined) paths[part] = { value, origin: `option ${part}` }
  }
  return paths
}

/**
 * Where the operator's certificate, key and CA are: explicit options, else what Choria's security provider uses.
 * Nothing is read yet but what the `puppet` command says of root's SSL folder.
 * @throws identity-provider when the provider names no files and neither do the options.
 */
export async function locateIdentity(
  options: IdentityOptions,
  settings: Settings,
  system: System,
): Promise<IdentityFiles> {
  const certname = findCertname(options.certname, settings, system)
  const provider = securityProvider(settings)
  const enrollable = options.ssldir !== undefined || provider.value === 'puppet'
  const explicit = explicitPaths(options)

  let configured: Paths
  if (options.ssldir !== undefined) {
    configured = puppetLayout({ value: options.ssldir, origin: 'option ssldir' }, certname.value)
  } else if (enrollable) {
    configured = puppetLayout(await findSsldir(settings, system), certname.value)
  } else {
    configured = namedPaths(provider.value, settings, system)
  }

  const { certificate, key, ca, crl } = { ...configured, ...explicit }
  if (certificate === undefined || key === undefined || ca === undefined) {
    const missing = Object.entries({ certificate, key, ca }).flatMap(([part, at]) =>
      at === undefined ? [part] : [],
    )
    throw identityError('identity-provider', {
      message: `Choria's security provider "${provider.value}" names no file for ${missing.join(', ')}`,
      place: provider.origin,
    })
  }
  return { certname, certificate, key, ca, ...(crl && { crl }), enrollable }
}

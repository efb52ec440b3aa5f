import { resolve } from 'node:path'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import {
  enroll,
  FINGERPRINT,
  newKey,
  nodeDisk,
  type Enrolled,
  type Step,
} from '@choirmaster/puppet-ca'
import { parseAddress, isAddress } from '@choirmaster/puppet-client'
import {
  expandHome,
  findServers,
  locateIdentity,
  PUPPET_CA,
  readChoriaConfig,
} from '@choirmaster/puppet-identity'
import { DURATION, milliseconds } from './config/duration.js'
import { resolveConfig } from './config/resolve-config.js'
import { fail } from './errors.js'
import { isYes, type Io } from './io.js'
import { fingerprintsText } from './views/enroll-text.js'
import { noticeText } from './views/notice-text.js'

export interface EnrollFlags {
  readonly server?: string | undefined
  readonly 'ca-fingerprint'?: string | undefined
  readonly certname?: string | undefined
  readonly ssldir?: string | undefined
  readonly wait: string
  readonly environment: string
  readonly 'choria-config'?: string | undefined
  readonly config?: string | undefined
  readonly set?: readonly string[] | undefined
}

/**
 * Enrols whom the transport `nats` would act as: its options in the configuration hold where no flag says otherwise.
 * @throws coded errors `usage-…`, `config-…`, `enroll-…`, `identity-…`, `puppet-…`
 */
export async function enrollOperator(
  io: Io,
  flags: EnrollFlags,
  tell: (step: Step) => void,
): Promise<Enrolled> {
  checkFlags(flags)
  const { signal } = new AbortController()
  const system = await io.system()
  const random = systemRandom()
  const { config, set } = flags
  // A machine without a Choria configuration is enrolled too: no simulated fleet stands in here.
  const real = () => Promise.resolve('enroll')
  const { choices } = await resolveConfig(io.cwd, { config, set }, real)
  const transport = choices.find(({ kind, name }) => kind === 'transport' && name === 'nats')
  const option = (flag: 'choria-config' | 'certname' | 'ssldir', name: string) =>
    flags[flag] ?? (transport?.options[name] as string | undefined)
  const path = (flag: 'choria-config' | 'ssldir', name: string): string | undefined => {
    const base = flags[flag] === undefined ? (transport?.baseDir ?? io.cwd) : io.cwd
    const text = option(flag, name)
    return text && resolve(base, expandHome(text, system.home))
  }
  const { settings } = await readChoriaConfig(system, path('choria-config', 'choriaConfig'))
  const named = {
    certname: option('certname', 'certname'),
    ssldir: path('ssldir', 'ssldir'),
  }
  const host = {
    baseDir: io.cwd,
    clock: systemClock(),
    random,
    notice: (notice: Parameters<typeof noticeText>[0]) => {
      const text = noticeText(notice, io.env)
      if (text !== undefined) io.stderr.write(`${text}\n`)
    },
  }
  const warn = (message: string): void =>
    host.notice({ level: 'warning', code: 'puppet-srv-failed', message })
  const { server, 'ca-fingerprint': fingerprint } = flags
  return enroll({
    files: await locateIdentity(named, settings, system),
    ...{ system, host, signal, tell, newKey },
    disk: nodeDisk(),
    servers: async () =>
      server === undefined
        ? findServers({ service: PUPPET_CA, settings, system, random, warn })
        : [parseAddress(server, PUPPET_CA)],
    environment: flags.environment,
    ...(fingerprint !== undefined && { fingerprint }),
    wait: milliseconds(durationOf(flags.wait)),
    ...(io.canAsk && {
      confirmCa: async (whose, fingerprints) => {
        for (const line of fingerprintsText(whose, fingerprints)) io.stderr.write(`${line}\n`)
        return isYes(await io.ask('Is this the CA of your site? (y/n) ', signal))
      },
    }),
  })
}

/** `0` and other bare numbers are seconds. */
function durationOf(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text
}

/** @throws usage-bad-flag */
function checkFlags(flags: EnrollFlags): void {
  const bad = (flag: string, expected: string): Error =>
    fail('usage-bad-flag', { message: `--${flag} must be ${expected}`, place: `--${flag}` })
  const { server, wait, environment, certname, 'ca-fingerprint': fingerprint } = flags
  if (server !== undefined && !isAddress(server)) {
    throw bad('server', 'an address such as ca.example.net or ca.example.net:8140')
  }
  if (fingerprint !== undefined && !FINGERPRINT.test(fingerprint)) {
    throw bad('ca-fingerprint', 'a SHA-256: 64 hexadecimal digits, with or without colons')
  }
  if (typeof durationOf(wait) === 'string' && !new RegExp(DURATION.pattern).test(wait)) {
    throw bad('wait', DURATION.expected)
  }
  if (!/^\w+$/.test(environment)) {
    throw bad('environment', 'the name of an environment: letters, digits and underscores')
  }
  // The CA takes no others: `Certificate names must be lower case.`
  if (certname !== undefined && certname !== certname.toLowerCase()) {
    throw bad('certname', 'in lower case, as the CA takes no other names')
  }
}

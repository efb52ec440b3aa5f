import type { Json } from '@choirmaster/core'
import { milliseconds } from './duration.js'
import { fail } from './errors.js'
import { checkOfFlag } from './gate.js'
import { setOption } from './set-option.js'
import { setting, type Setting, type SettingPath } from './setting.js'

/** The flags that override the configuration, as the command line gives them. */
export interface ConfigFlags {
  readonly config?: string | undefined
  readonly set?: readonly string[] | undefined
  readonly environment?: string | undefined
  readonly catalog?: string | undefined
  readonly site?: string | undefined
  readonly fresh?: boolean | undefined
  readonly 'max-age'?: string | undefined
  readonly transport?: string | undefined
  readonly witness?: string | undefined
  readonly 'choria-config'?: string | undefined
  readonly collective?: string | undefined
  readonly order?: string | undefined
  readonly concurrency?: string | number | undefined
  readonly batch?: string | number | undefined
  readonly canary?: string | number | undefined
  readonly unready?: string | undefined
  readonly check?: readonly string[] | undefined
  readonly 'gate-answer'?: string | undefined
  readonly 'gate-timeout'?: string | undefined
  readonly until?: string | undefined
  readonly 'max-failures'?: string | number | undefined
  readonly 'failure-scope'?: string | undefined
  readonly 'on-failure'?: string | undefined
  readonly retries?: string | number | undefined
  readonly 'retry-pause'?: string | number | undefined
  readonly 'keep-disabled'?: string | undefined
  readonly 'accept-unverified'?: boolean | undefined
  readonly 'enforce-environment'?: boolean | undefined
}

/** Those that set one value each. */
type ValueFlag = Exclude<
  keyof ConfigFlags,
  'config' | 'set' | 'site' | 'max-age' | 'check' | 'choria-config' | 'collective'
>

const KEYS: Readonly<Record<ValueFlag, SettingPath>> = {
  environment: ['environment'],
  catalog: ['catalog', 'use'],
  fresh: ['catalog', 'fresh'],
  transport: ['transport', 'use'],
  witness: ['witness', 'use'],
  order: ['run', 'order'],
  concurrency: ['run', 'width'],
  batch: ['run', 'batch'],
  canary: ['run', 'canary'],
  unready: ['run', 'unready'],
  'gate-answer': ['run', 'gate', 'answer'],
  'gate-timeout': ['run', 'gate', 'timeout'],
  until: ['run', 'until'],
  'max-failures': ['run', 'failures', 'max'],
  'failure-scope': ['run', 'failures', 'scope'],
  'on-failure': ['run', 'failures', 'on_failure'],
  retries: ['run', 'failures', 'retries'],
  'retry-pause': ['run', 'failures', 'retry_pause'],
  'keep-disabled': ['run', 'keep_disabled'],
  'accept-unverified': ['run', 'accept_unverified'],
  'enforce-environment': ['run', 'enforce_environment'],
}

/** A number is one, as in the file; what is neither it nor what else is allowed is refused with the place of the flag. */
function valueOf(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
}

/** What the flags set, `--set` last. @throws CodedError `config-set`, `config-conflict` */
export function flagSettings(flags: ConfigFlags, cwd: string): readonly Setting[] {
  const { catalog, site, set = [] } = flags
  if (site !== undefined && catalog !== undefined && catalog !== 'file') {
    throw fail('config-conflict', {
      message: `--site is short for the source file, but --catalog says ${catalog}`,
      place: '--site',
    })
  }
  const settings = (Object.keys(KEYS) as ValueFlag[]).flatMap((flag) => {
    const value = flags[flag]
    return value === undefined ? [] : [setting(KEYS[flag], valueOf(value), 'flag', `--${flag}`)]
  })
  if (flags.check !== undefined) {
    const checks = flags.check.map(checkOfFlag) as unknown as Json
    settings.push(setting(['run', 'gate', 'checks'], checks, 'flag', '--check'))
  }
  if (site !== undefined) {
    settings.push(
      setting(['catalog', 'use'], 'file', 'flag', '--site'),
      setting(['catalog', 'path'], site, 'flag', '--site'),
    )
  }
  const maxAge = flags['max-age']
  if (maxAge !== undefined) {
    const seconds = milliseconds(maxAge) / 1000
    settings.push(setting(['catalog', 'maxAge'], seconds, 'flag', '--max-age'))
  }
  return [...settings, ...set.map((text) => setOption(text, cwd))]
}

import type { Json } from './common.js'

/** A value that a provider takes from elsewhere than its options; `choirmaster config` shows it. */
export interface Explained {
  /** `choria.certname` */
  readonly key: string
  /** null: there is none. */
  readonly value: Json
  /** `/etc/choria/client.conf:3`, the name of an environment variable, `default`; or why there is no value. */
  readonly origin: string
}

/** What was found when one thing was looked at that a provider needs; `choirmaster doctor` shows it. */
export interface Check {
  /** What was looked at, a word or two: `certificate`, `broker`. */
  readonly subject: string
  /** `note`: neither in order nor wrong: worth knowing, or it cannot be told from here. */
  readonly state: 'ok' | 'not-ok' | 'note'
  /** What was found: a sentence or a value. */
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  /** Stable code of the error, where there is one. */
  readonly code?: string
  /** Where: `file:line`, a path, a certname. */
  readonly place?: string
}

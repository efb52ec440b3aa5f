import type { Host, Milliseconds } from '@choirmaster/core/provide'
import type { IdentityFiles, Secret, Server, System } from '@choirmaster/puppet-identity'
import type { Disk } from './disk.js'
import type { Fingerprints } from './fingerprint.js'

/** What happens, as it happens. */
export type Step =
  | { readonly step: 'key'; readonly path: string; readonly made: boolean }
  /** `kept`: it was there before. */
  | { readonly step: 'ca'; readonly path: string; readonly kept: boolean }
  | { readonly step: 'requested'; readonly server: string; readonly before: boolean }
  /** @param left until the deadline */
  | { readonly step: 'waiting'; readonly left: Milliseconds }
  | { readonly step: 'signed'; readonly path: string }

export interface Enroll {
  readonly files: IdentityFiles
  readonly system: System
  readonly disk: Disk
  readonly host: Host
  readonly signal: AbortSignal
  /** The CA's servers in the order to try them. */
  servers(): Promise<readonly Server[]>
  readonly environment: string
  /** What the operator says that the CA is known by. */
  readonly fingerprint?: string
  /** How long to wait for the signature. */
  readonly wait: Milliseconds
  /** Asks the operator whether this is the right CA; absent: there is nobody to ask. */
  confirmCa?(server: string, fingerprints: Fingerprints): Promise<boolean>
  tell(step: Step): void
  newKey(): Promise<Secret>
}

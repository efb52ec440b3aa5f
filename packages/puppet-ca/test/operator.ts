import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Milliseconds } from '@choirmaster/core/provide'
import { locateIdentity, nodeSystem, secret } from '@choirmaster/puppet-identity'
import { afterEach, beforeEach } from 'vitest'
import { nodeDisk, type Disk } from '../src/disk.js'
import { enroll, type Enrolled } from '../src/enroll.js'
import type { Step } from '../src/enrolment.js'
import type { Fingerprints } from '../src/fingerprint.js'
import { fakeCa, keyOf, type FakeCa } from './fake-ca.js'

/** Within the validity of the fixtures' certificates. */
const NOW = Date.parse('2026-06-01T00:00:00Z')

/** An operator with an empty SSL folder on a real disk, and a CA on the loopback interface. */
export interface Operator {
  readonly ca: FakeCa
  readonly ssldir: string
  /** What was told, in order. */
  readonly steps: Step[]
  /** Called at each wait; the clock then is where it was waited for. */
  onWait: () => void
  enroll(more?: Partial<Asked>): Promise<Enrolled>
  /** The coded error that enrolment fails with. */
  failure(more?: Partial<Asked>): Promise<{ code: string; message: string; hint: string }>
  /** Path below the SSL folder, permissions and text of each file. */
  files(): Promise<Record<string, { mode: number; text: string }>>
}

interface Asked {
  readonly certname: string
  /** Whose fixture key is made. */
  readonly key: string
  readonly fingerprint: string
  readonly disk: Disk
  readonly wait: Milliseconds
  /** null: there is nobody to ask. */
  readonly confirmCa: ((server: string, fingerprints: Fingerprints) => Promise<boolean>) | null
}

/** An operator for each test of the file. */
export function operator(): Operator {
  const now = { at: NOW }
  const it: Operator = {
    ca: undefined as unknown as FakeCa,
    ssldir: '',
    steps: [],
    onWait: () => undefined,
    async enroll(asked = {}) {
      const { certname = 'rip.mcollective', confirmCa = async () => true } = asked
      const system = nodeSystem()
      const files = await locateIdentity({ certname, ssldir: it.ssldir }, new Map(), system)
      return enroll({
        ...{ files, system, disk: asked.disk ?? nodeDisk() },
        signal: new AbortController().signal,
        host: {
          baseDir: '/',
          random: { next: () => 0 },
          notice: () => undefined,
          clock: {
            now: () => now.at,
            hold: (work) => work,
            async sleepUntil(moment) {
              now.at = moment
              it.onWait()
            },
          },
        },
        servers: async () => [{ host: 'localhost', port: it.ca.port, origin: 'test' }],
        environment: 'production',
        wait: asked.wait ?? 60_000,
        ...(asked.fingerprint !== undefined && { fingerprint: asked.fingerprint }),
        ...(confirmCa !== null && { confirmCa }),
        tell: (step) => void it.steps.push(step),
        newKey: async () => secret(keyOf(asked.key ?? certname)),
      })
    },
    async failure(asked) {
      const done = await it.enroll(asked).catch((error: unknown) => error)
      if (done instanceof Error) return done as never
      throw new Error('It did not fail')
    },
    async files() {
      const names = await readdir(it.ssldir, { recursive: true, withFileTypes: true })
      const found = names.filter((entry) => entry.isFile())
      const all = found.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name)
        const { mode } = await stat(path)
        const text = await readFile(path, 'utf8')
        return [path.slice(it.ssldir.length + 1), { mode: mode & 0o777, text }] as const
      })
      return Object.fromEntries(await Promise.all(all))
    },
  }
  beforeEach(async () => {
    const made = { ca: await fakeCa(), ssldir: await mkdtemp(join(tmpdir(), 'enroll-')) }
    Object.assign(it, made, { steps: [], onWait: () => undefined })
    now.at = NOW
  })
  afterEach(async () => {
    await it.ca.close()
    await rm(it.ssldir, { recursive: true })
  })
  return it
}

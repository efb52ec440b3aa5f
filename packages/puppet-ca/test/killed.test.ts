import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeDisk, type Disk } from '../src/disk.js'
import { CA, certificateOf, keyOf, LISTS } from './fake-ca.js'
import { operator } from './operator.js'

const RIP = 'rip.mcollective'
const WHOLE: Readonly<Record<string, string>> = {
  [`private_keys/${RIP}.pem`]: keyOf(RIP),
  'certs/ca.pem': CA,
  'crl.pem': LISTS,
  [`certs/${RIP}.pem`]: certificateOf(RIP),
}
const op = operator()

class Killed extends Error {}

/** A disk whose process dies at step `at`: before it, in the middle of a write, or after it. */
function mortal(at: number, when: 'before' | 'halfway' | 'after'): { disk: Disk; steps(): number } {
  const real = nodeDisk()
  let steps = 0
  let dead = false
  const step = async <T>(work: () => Promise<T>, half?: () => Promise<void>): Promise<T> => {
    if (dead) throw new Killed()
    const last = steps++ === at
    dead = last
    if (last && when === 'before') throw new Killed()
    if (last && when === 'halfway' && half !== undefined) {
      await half()
      throw new Killed()
    }
    const done = await work()
    if (last) throw new Killed()
    return done
  }
  const disk: Disk = {
    unique: () => real.unique(),
    folder: (path, mode) => step(() => real.folder(path, mode)),
    create: (path, text, mode) =>
      step(
        () => real.create(path, text, mode),
        () => writeFile(path, text.slice(0, text.length / 2), { mode }),
      ),
    link: (from, to) => step(() => real.link(from, to)),
    rename: (from, to) => step(() => real.rename(from, to)),
    remove: (path) => step(() => real.remove(path)),
    mode: (path) => step(() => real.mode(path)),
  }
  return { disk, steps: () => steps }
}

const isDraft = (path: string): boolean => path.endsWith('.new')

describe('killed at any step', () => {
  it.each(['before', 'halfway', 'after'] as const)('%s: whole or not there', async (when) => {
    for (let at = 0; ; at++) {
      const { disk, steps } = mortal(at, when)
      const died = await op.enroll({ disk }).then(
        () => false,
        () => true,
      )
      const left = await op.files()
      for (const [path, { text, mode }] of Object.entries(left)) {
        expect(mode, path).toBe(0o600)
        if (!isDraft(path)) expect(text, path).toBe(WHOLE[path])
      }
      // Once more, with another key at hand: the one that was kept stays.
      const kept = left[`private_keys/${RIP}.pem`] !== undefined
      await op.enroll(kept ? { key: 'stolen.mcollective' } : {})
      const now = Object.entries(await op.files()).filter(([path]) => !isDraft(path))
      expect(Object.fromEntries(now.map(([path, { text }]) => [path, text]))).toEqual(WHOLE)
      if (!died) {
        expect(at).toBe(steps())
        expect(at).toBeGreaterThan(12)
        return
      }
      await rm(op.ssldir, { recursive: true })
      Object.assign(op, { ssldir: await mkdtemp(join(tmpdir(), 'enroll-')) })
      op.ca.signed.clear()
    }
  })
})

it('of two at once one makes the key, and both use it', async () => {
  const both = await Promise.all([op.enroll(), op.enroll()])
  expect(both.map(({ certname }) => certname)).toEqual([RIP, RIP])
  expect(Object.keys(await op.files()).sort()).toEqual(Object.keys(WHOLE).sort())
})

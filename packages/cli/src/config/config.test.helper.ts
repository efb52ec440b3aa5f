import { isCodedError, type CodedError } from '@choirmaster/core'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { ConfigFlags } from './flag-settings.js'
import type { ProviderChoice } from './providers.js'
import { resolveConfig as resolveWith, type ResolvedConfig } from './resolve-config.js'

/** A folder of its own for each test; `path` is set while one runs. */
export const cwd = { path: '' }
beforeEach(async () => {
  cwd.path = await mkdtemp(join(tmpdir(), 'choirmaster-config-'))
})
afterEach(() => rm(cwd.path, { recursive: true }))

export async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(cwd.path, file)), { recursive: true })
  await writeFile(join(cwd.path, file), text)
}

/** As on a machine without Choria, whatever the one is that the tests run on. */
export function resolveConfig(folder: string, flags: ConfigFlags = {}): Promise<ResolvedConfig> {
  return resolveWith(folder, flags, () => Promise.resolve(undefined))
}

/** What `text` as choirmaster.yaml and flags make together. */
export async function resolved(text: string, flags: ConfigFlags = {}): Promise<ResolvedConfig> {
  await write('choirmaster.yaml', text)
  return resolveConfig(cwd.path, flags)
}

export function choice(config: ResolvedConfig, kind: string): ProviderChoice | undefined {
  return config.choices.find((one) => one.kind === kind)
}

/** The coded error that work ends with. */
export async function refusal(work: Promise<unknown>): Promise<CodedError> {
  try {
    await work
  } catch (error) {
    if (isCodedError(error)) return error
    throw error
  }
  throw new Error('accepted')
}

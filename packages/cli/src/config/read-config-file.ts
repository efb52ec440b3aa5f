import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { boundProblems, checkAgainst, type Json } from '@choirmaster/core'
import { readDocumentFile, type ReadDocument } from '@choirmaster/document'
import { configSchema, type ConfigDocument } from './config.schema.js'
import { fail } from './errors.js'

/** Only ever looked for in the current folder: it can name plugins, which are code. */
const CONFIG_FILE = 'choirmaster.yaml'

export interface ConfigFile {
  /** As it is shown and as places name it. */
  readonly name: string
  /** Absolute; plugins and relative paths start here. */
  readonly folder: string
  readonly value: ConfigDocument
  locate: ReadDocument['locate']
}

/**
 * Reads the configuration file.
 * @param named what `--config` says; without it the file in `cwd`, if there is one
 * @throws CodedError `document-*`, `config-invalid` with all problems and their lines
 */
export async function readConfigFile(cwd: string, named?: string): Promise<ConfigFile | undefined> {
  const name = named ?? CONFIG_FILE
  const path = resolve(cwd, name)
  if (named === undefined && !(await exists(path))) return undefined
  const document = await readDocumentFile(path, { name })
  // A file whose lines are all comments.
  const value = document.value ?? {}
  const locate: ReadDocument['locate'] = (steps) => document.locate(steps)
  await checkConfig(value as Json, locate)
  return { name, folder: dirname(path), value: value as ConfigDocument, locate }
}

/** @throws CodedError `config-invalid` */
export async function checkConfig(
  value: Json,
  place: (path: readonly (string | number)[]) => string,
): Promise<void> {
  const problems = await checkAgainst(configSchema, value, { code: 'config-invalid', place })
  if (problems.length > 0) throw fail('config-invalid', boundProblems(problems))
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    // Anything but "not there" is told by the reading.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

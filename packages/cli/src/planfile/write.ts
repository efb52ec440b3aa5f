import { open, rename, rm } from 'node:fs/promises'
import { sha256 } from '@choirmaster/core/system'
import { fail } from '../errors.js'
import { PLANFILE_SCHEMA, type PlanFile, type PlanFileContent } from './planfile.schema.js'

/**
 * Writes a plan file, readable by its owner only, as it names machines. It appears whole or not.
 * @throws CodedError `planfile-unwritable`
 */
export async function writePlanFile(path: string, content: PlanFileContent): Promise<void> {
  const file: PlanFile = { schema: PLANFILE_SCHEMA, sum: sumOf(content), ...content }
  const beside = `${path}.${process.pid}.new`
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(file, null, 2)}\n`)
    } finally {
      await handle.close()
    }
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {})
    throw fail('planfile-unwritable', {
      message: `Cannot write the plan file ${path}: ${(cause as Error).message}`,
      place: path,
      cause,
    })
  }
}

/** The checksum that the file of this content carries. */
export function sumOf({ plan, options, catalog }: PlanFileContent): string {
  const hasher = sha256()
  hasher.update(JSON.stringify({ plan, options, catalog }))
  return hasher.digest()
}

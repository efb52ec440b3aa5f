import { boundProblems, checkAgainst } from '@choirmaster/core'
import { readDocumentFile } from '@choirmaster/document'
import { fail } from '../errors.js'
import { PLANFILE_SCHEMA, type PlanFile, planFileSchema } from './planfile.schema.js'
import { sumOf } from './write.js'

/**
 * Reads a plan file.
 * @param name what messages call it: as it was given
 * @throws CodedError `document-*`, `planfile-invalid`, `planfile-altered`
 */
export async function readPlanFile(path: string, name: string): Promise<PlanFile> {
  const { value, locate } = await readDocumentFile(path, { kind: 'json', name })
  const found = (value as { schema?: unknown } | null)?.schema
  if (found !== PLANFILE_SCHEMA) throw foreign(name, found)
  const code = 'planfile-invalid'
  const problems = await checkAgainst(planFileSchema, value, { code, place: locate })
  if (problems.length > 0) {
    const { message, ...rest } = boundProblems(problems)
    throw fail(code, { message: `${name} is no whole plan file: ${message}`, ...rest })
  }
  const file = value as PlanFile
  if (sumOf(file) !== file.sum) {
    throw fail('planfile-altered', {
      message: `${name} was changed since it was written: its checksum differs`,
      place: locate('$.sum'),
    })
  }
  return file
}

function foreign(name: string, found: unknown): Error {
  const ours = typeof found === 'string' && found.startsWith('choirmaster.')
  const message = !ours
    ? `${name} is no plan file`
    : found.startsWith('choirmaster.planfile/')
      ? `${name} is a plan file of format ${found}; this version reads ${PLANFILE_SCHEMA}`
      : `${name} is no plan file, it is ${found}`
  return fail('planfile-invalid', { message, place: `${name}:1:1` })
}

import { resolve } from 'node:path'
import { readDocumentFile } from '@choirmaster/document'
import { checkScenario } from './check-scenario.js'
import type { Scenario } from './scenario.js'

/**
 * Reads a scenario file, YAML or JSON; relative paths start at `baseDir`.
 * @throws CodedError `document-*`, `scenario-*` with line and column
 */
export async function readScenario(file: string, baseDir: string): Promise<Scenario> {
  const { value, locate } = await readDocumentFile(resolve(baseDir, file), { name: file })
  return checkScenario(value, (path) => locate(path))
}

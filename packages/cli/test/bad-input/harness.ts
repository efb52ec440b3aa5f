import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { type BadCase, SITE } from './case.js'

/** Flags that say where the run store and the fleet's log are; first on the line, so that a case can say otherwise. */
export const STORE: readonly string[] = ['--set', 'store.dir=./state']
export const LOG: readonly string[] = ['--set', 'transport.log=./fleet.ndjson']

/** Codes that docs/errors.md has a heading for. */
const DOCUMENTED = new Set(
  [
    ...readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8').matchAll(
      /^### (.+)$/gm,
    ),
  ].map(([, code]) => code),
)

/** A folder that holds a good site.yaml and these files. */
export async function folderWith(files: BadCase['files']): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bad-input-'))
  await put(folder, { 'site.yaml': SITE, ...files })
  return folder
}

export async function put(folder: string, files: NonNullable<BadCase['files']>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}

/** What we changed on the simulated nodes, as their own log tells it. */
export async function changes(folder: string): Promise<readonly string[]> {
  const log = join(folder, 'fleet.ndjson')
  if (!existsSync(log)) return []
  const entries = (await readFile(log, 'utf8')).trimEnd().split('\n')
  return entries
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { what: string; by?: string })
    .filter(({ what, by }) => CHANGES.has(what) && by?.startsWith('choria='))
    .map(({ what }) => what)
}
export const CHANGES: ReadonlySet<string> = new Set(['disabled', 'enabled', 'spawned'])

/** @param printed standard output under `--json` */
export function check(printed: string, { code, place }: Pick<BadCase, 'code' | 'place'>): void {
  expect(printed.endsWith('}\n')).toBe(true)
  expect(printed).not.toContain('s3cret')
  const value = JSON.parse(printed) as { error: Record<string, string> }
  expect(Object.keys(value)).toEqual(['error'])
  const { error } = value
  expect(error['code'], error['message']).toBe(code)
  if (typeof place === 'string') expect(error['place']).toBe(place)
  else expect(error['place']).toMatch(place)
  expect(error['message']).toMatch(/\S/)
  expect(error['hint']).toMatch(/\S/)
  expect(DOCUMENTED).toContain(code)
}

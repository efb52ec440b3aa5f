import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Characters of a base64 text that depend on what stands before and after it. */
const EDGE = 4

/** How a secret may be written: as it is, in JSON, in a URL, and in base64 whatever stands before it. */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.from('x'.repeat(before) + secret).toString('base64')
    return text.slice(EDGE, -EDGE)
  })
  const bytes = Buffer.from(secret)
  return [
    ...[secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)],
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
  ]
}

/** The names of the secrets that a text holds in any form. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [name] : [],
  )
}

/** All files below a folder as bytes, each a character (latin1), by path. */
export async function filesBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) files.set(path, await readFile(path, 'latin1'))
  }
  return files
}

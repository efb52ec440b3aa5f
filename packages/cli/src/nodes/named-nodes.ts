import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '@choirmaster/core'
import { fail } from '../errors.js'

/**
 * The nodes that `-I` names, each once, in the order given: one, or several with commas between. `@FILE` stands for
 * those in the file: one a line, blank lines and those that start with `#` left out.
 * @throws CodedError `nodes-file-unreadable`
 */
export async function namedNodes(values: readonly string[], cwd: string): Promise<string[]> {
  const nodes = new Set<string>()
  for (const value of values) {
    const names = value.startsWith('@') ? await namesIn(value.slice(1), cwd) : value.split(',')
    for (const name of names) if (name.trim() !== '') nodes.add(name.trim())
  }
  return [...nodes]
}

async function namesIn(file: string, cwd: string): Promise<readonly string[]> {
  let text: string
  try {
    text = await readFile(resolve(cwd, file), 'utf8')
  } catch (cause) {
    const reason = messageOf(cause)
    throw fail('nodes-file-unreadable', {
      message: `Cannot read the list of nodes ${file}: ${reason}`,
      place: `-I @${file}`,
      cause,
    })
  }
  const lines = text.split('\n').map((line) => line.trim())
  return lines.filter((line) => !line.startsWith('#'))
}

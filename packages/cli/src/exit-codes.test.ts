import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { cliErrors } from './errors.js'
import { EXIT_CODES } from './exit-codes.js'

it('are those that the page says', async () => {
  const page = await readFile(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| (\d) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => ({
    code: Number(code),
    meaning,
  }))
  expect(rows).toEqual(EXIT_CODES)
})

it('include those of all errors', () => {
  const codes: readonly number[] = EXIT_CODES.map(({ code }) => code)
  for (const { exit } of Object.values(cliErrors)) expect(codes).toContain(exit)
})

import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../src/exit-codes.js'

const bin = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const commands = readdirSync(new URL('../src/commands', import.meta.url))
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => file.replace(/\.ts$/, ''))

/** What the built command prints on a pipe, with its exit code. */
function printed(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...argv], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

describe('help', () => {
  it.each(commands)('of %s says what it does, and shows examples', async (name) => {
    const { default: command } = (await import(`../src/commands/${name}.ts`)) as {
      default: Command.Class
    }
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/)
    expect(command.description).toMatch(/\.$/)
    const examples = (command.examples ?? []).map(String)
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(example).toContain(`<%= config.bin %> ${name}`)
  })

  it('is what is printed without arguments: all commands, first steps, exit codes, pages', async () => {
    const [bare, asked] = await Promise.all([printed(), printed('--help')])
    expect(bare).toEqual(asked)
    const { code, out, err } = bare
    expect({ code, err }).toEqual({ code: 0, err: '' })
    for (const name of commands) expect(out).toMatch(new RegExp(`^  ${name} +[A-Z]`, 'm'))
    expect(out).toContain('FIRST STEPS\n  $ choirmaster plan --site site.yaml')
    expectFooter(out)
  })

  it('of a command names its required flags, its exit codes and the pages', async () => {
    const { code, out } = await printed('enable', '--help')
    expect(code).toBe(0)
    expect(out).toContain('USAGE\n  $ choirmaster enable --run RUN [FLAGS]\n')
    expect(out).toContain('EXAMPLES\n  $ choirmaster enable --run last\n')
    expectFooter(out)
  })

  function expectFooter(out: string): void {
    for (const { code } of EXIT_CODES) expect(out).toMatch(new RegExp(`^  ${code}  [A-Z]`, 'm'))
    expect(out).toContain('docs/errors.md')
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  }
})

it('--version names the command, its version and that of node', async () => {
  const { code, out } = await printed('--version')
  expect(out).toMatch(/^choirmaster \d+\.\d+\.\d+ node-v\d+\.\d+\.\d+\n$/)
  expect(code).toBe(0)
})

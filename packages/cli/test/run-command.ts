import { fileURLToPath } from 'node:url'
import { Config } from '@oclif/core'
import type { BaseCommand } from '../src/base-command.js'
import type { OpenSession } from '../src/session.js'
import { type FakeIo, fakeIo, type FakeIoOptions } from './fake-io.js'

/** A program without commands: oclif would import those of dist, which tests must not depend on. */
export const BARE_ROOT = fileURLToPath(new URL('fixtures/bare', import.meta.url))
let loading: Promise<Config> | undefined

type CommandClass = new (argv: string[], config: Config) => BaseCommand

/** Runs a command in this process, as oclif would, with streams in memory. */
export async function runCommand(
  command: CommandClass,
  argv: readonly string[],
  options: FakeIoOptions & { readonly io?: FakeIo; readonly openSession?: OpenSession } = {},
): Promise<FakeIo> {
  loading ??= Config.load({ root: BARE_ROOT })
  const one = new command([...argv], await loading)
  const io = options.io ?? fakeIo(options)
  one.io = io
  one.id = command.name.toLowerCase()
  if (options.openSession) one.openSession = options.openSession
  // What `Command.run` does once it has made the command.
  await (one as unknown as { _run(): Promise<unknown> })._run()
  return io
}

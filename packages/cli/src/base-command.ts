import { resolve } from 'node:path'
import { Command } from '@oclif/core'
import { type Io, type Output, processIo } from './io.js'
import type { Kind } from '@choirmaster/core/provide'
import type { ConfigFlags } from './config/flag-settings.js'
import type { OpenSession, Session } from './session.js'
import { type Colours, coloursFor } from './views/colour.js'
import { errorExit, errorObject, errorText } from './views/error.js'

/** Characters written at once. */
const PIECE = 64 * 1024

/** What all commands share: where they write to, and how a failure is told. */
export abstract class BaseCommand extends Command {
  /** Replaced by tests. */
  io: Io = processIo()
  /** Loaded when first needed, with all that reads configurations. Replaced by tests. */
  openSession: OpenSession = async (flags, io, kinds) =>
    (await import('./open-session.js')).openSession(flags, io, kinds)

  /** Whether standard output is for a program: one JSON value and nothing else. */
  protected get json(): boolean {
    return wantsJson(this.argv)
  }

  protected print(text: string): void {
    this.io.stdout.write(text)
  }

  /** @param lines without ends; written in large pieces, not one by one */
  protected printLines(lines: Iterable<string>): void {
    let piece = ''
    for (const line of lines) {
      piece += `${line}\n`
      if (piece.length < PIECE) continue
      this.io.stdout.write(piece)
      piece = ''
    }
    if (piece !== '') this.io.stdout.write(piece)
  }

  protected printJson(value: unknown): void {
    this.io.stdout.write(`${JSON.stringify(value)}\n`)
  }

  /** A line for the person at the terminal, apart from results. */
  protected note(line: string): void {
    this.io.stderr.write(`${line}\n`)
  }

  protected colours(output: Output, { colour }: Session): Colours {
    return coloursFor(output, this.io.env, colour)
  }

  /** A path of the command line. */
  protected path(path: string): string {
    return resolve(this.io.cwd, path)
  }

  /** Opens a session for the time of `work`. @param kinds what it will open */
  protected async withSession(
    flags: ConfigFlags,
    kinds: readonly Kind[],
    work: (session: Session) => Promise<void>,
  ): Promise<void> {
    const session = await this.openSession(flags, this.io, kinds)
    try {
      await work(session)
    } finally {
      await session.close()
    }
  }

  /** Called by oclif for all that `run` throws. */
  protected override async catch(error: unknown): Promise<void> {
    // Else oclif warns of a command that did not parse its arguments, where they could not be parsed.
    this.parsed = true
    const known = Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags })
    const { usageError } = await import('./usage-error.js')
    report(usageError(error, known, this.id ?? '') ?? error, this.io, this.json)
  }
}

/** Tells of a failure that ends the command and sets its exit code. */
export function report(error: unknown, io: Io, json: boolean): void {
  if (json) io.stdout.write(`${JSON.stringify({ error: errorObject(error) })}\n`)
  else io.stderr.write(errorText(error, coloursFor(io.stderr, io.env), Boolean(io.env['DEBUG'])))
  io.exit(errorExit(error))
}

/** Read from the arguments as they are, for the case that they cannot be parsed. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json')
}

import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { isatty } from 'node:tty'
import type { System } from '@choirmaster/puppet-identity'

/** A stream that text is written to. */
export interface Output {
  write(text: string): void
  /** A person watches it; absent or false: a file or a pipe. */
  readonly isTTY?: boolean
  /** Characters a line holds; of a terminal only. */
  readonly columns?: number
  /** Who read it went away: nobody sees what is written any more. */
  readonly gone?: boolean
}

/** Signals of the process, or a fake. */
export interface Signals {
  on(name: NodeJS.Signals, listener: () => void): unknown
  off(name: NodeJS.Signals, listener: () => void): unknown
}

/** All that a command does to the world outside its providers; tests give their own. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly signals: Signals
  /** Where Choria's client configuration is looked for. */
  readonly system: () => Promise<System>
  /** Whether there is somebody to ask. */
  readonly canAsk: boolean
  /** Prints `question` on standard error and reads a line; undefined at the end of input. Rejects when `signal` aborts. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>
  /** To be called when the terminal went away, so that the process can end as it should. */
  detach(): void
  /** Sets the exit code; the process ends when nothing is left to do. */
  exit(code: number): void
}

/** Whether an answer agrees; nothing else than a clear yes does. */
export function isYes(answer: string | undefined): boolean {
  return /^\s*y(es)?\s*$/i.test(answer ?? '')
}

let shared: Io | undefined

/** The streams and signals of this process; always the same one, as it listens to their errors. */
export function processIo(): Io {
  shared ??= makeProcessIo()
  return shared
}

function makeProcessIo(): Io {
  const { stdout, stderr, stdin } = process
  const terminals = [0, 1, 2].filter((fd) => isatty(fd))
  return {
    stdout: tolerant(stdout),
    stderr: tolerant(stderr),
    env: process.env,
    cwd: process.cwd(),
    signals: process,
    system: async () => (await import('@choirmaster/puppet-identity')).nodeSystem(),
    canAsk: stdin.isTTY && stderr.isTTY,
    async ask(question, signal) {
      // `terminal: false`: readline would take Ctrl-C for itself.
      stdin.once('error', ignoreGone)
      const lines = createInterface({ input: stdin, output: stderr, terminal: false })
      try {
        const ended = new Promise<undefined>((resolve) =>
          lines.once('close', () => resolve(undefined)),
        )
        return await Promise.race([lines.question(question, { signal }), ended])
      } finally {
        lines.close()
        stdin.off('error', ignoreGone)
      }
    },
    detach() {
      // Node 20 puts terminals back in order when it ends, and aborts on one that is gone.
      for (const fd of terminals.splice(0)) {
        closeSync(fd)
        openSync('/dev/null', 'r+')
      }
    },
    exit: (code) => void (process.exitCode = code),
  }
}

/** A reader that went away (`| head`, a terminal that was closed) ends nobody's run. */
function tolerant(stream: NodeJS.WriteStream): Output {
  // That of oclif lets a closed pipe pass and throws for a terminal that was closed.
  stream.removeAllListeners('error')
  let gone = false
  const onError = (error: unknown): void => {
    ignoreGone(error)
    gone = true
  }
  stream.on('error', onError)
  return {
    write(text) {
      try {
        stream.write(text)
      } catch (error) {
        onError(error)
      }
    },
    get gone() {
      return gone
    },
    isTTY: stream.isTTY,
    // Read anew each time: a window changes its size.
    get columns() {
      return stream.columns
    },
  }
}

function ignoreGone(error: unknown): void {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'EPIPE' && code !== 'EIO') throw error
}

import { EventEmitter } from 'node:events'
import type { Io } from '../src/io.js'

export interface FakeIo extends Io {
  /** All that was written, with control sequences. */
  readonly out: () => string
  readonly err: () => string
  readonly exitCode: () => number | undefined
  /** `emit('SIGINT')` is a Ctrl-C. */
  readonly signals: EventEmitter
  /** Questions that were asked. */
  readonly asked: string[]
}

export interface FakeIoOptions {
  /** Whether standard output and error are a terminal. */
  readonly tty?: boolean
  readonly columns?: number
  /** What is answered, question by question; also says that there is somebody to ask. */
  readonly answers?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Files that the search for Choria's configuration finds. */
  readonly files?: Readonly<Record<string, string>>
}

/** A terminal or a pair of pipes in memory. */
export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const { tty = false, columns = 80, answers, env = {}, cwd = '/nowhere' } = options
  let out = ''
  let err = ''
  let code: number | undefined
  const asked: string[] = []
  const left = [...(answers ?? [])]
  return {
    stdout: { write: (text) => void (out += text), isTTY: tty, columns },
    stderr: { write: (text) => void (err += text), isTTY: tty, columns },
    env,
    cwd,
    signals: new EventEmitter(),
    // A machine without Choria, whatever the one is that the tests run on.
    system: () =>
      Promise.resolve({
        ...{ env, home: '/nowhere', user: 'ann', root: false, hostname: 'ops1.example.net', cwd },
        readFile: (path) => Promise.resolve(options.files?.[path]),
        srv: () => Promise.resolve([]),
        puppetSetting: () => Promise.resolve(undefined),
      }),
    canAsk: answers !== undefined,
    ask(question) {
      asked.push(question)
      return Promise.resolve(left.shift())
    },
    detach: () => {},
    exit: (given) => void (code = given),
    asked,
    out: () => out,
    err: () => err,
    exitCode: () => code,
  }
}

// Writes docs/images/run.svg, the picture in the README: a real session in a terminal of 100 x 32, on the example
// site. Needs tmux and what `npm run build` makes.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ansiSvg } from './lib/ansi-svg.mjs'

const COLUMNS = 100
const ROWS = 32
/** Times real time: two minutes take some seconds. */
const SPEED = 20
const COMMAND = `choirmaster run --site docs/examples/lamp.json --set transport.speed=${SPEED}`
/** A run of the example on a loaded machine. */
const PATIENCE_MS = 60_000

const home = mkdtempSync(join(tmpdir(), 'choirmaster-picture-'))
try {
  const shell = `env -i HOME=${home} PATH=${process.cwd()}/node_modules/.bin:${process.env['PATH']} TERM=xterm-256color PS1='$ ' bash --norc`
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', `${COLUMNS}`, '-y', `${ROWS}`, shell)
  tmux('send-keys', COMMAND, 'Enter')
  await seen('(y/n)')
  tmux('send-keys', 'y', 'Enter')
  await seen(/^Run \S+ \S+ after .*\n\$/m)
  const svg = ansiSvg(screen('-e'), {
    columns: COLUMNS,
    label: 'A run of four nodes in a terminal',
  })
  writeFileSync('docs/images/run.svg', svg)
} finally {
  tmux('kill-server')
  rmSync(home, { recursive: true })
}

/** @param {string | RegExp} text waits until it is on the screen */
async function seen(text) {
  for (
    let waited = 0;
    !(typeof text === 'string' ? screen().includes(text) : text.test(screen()));
    waited += 200
  ) {
    if (waited > PATIENCE_MS) throw new Error(`Not seen: ${String(text)}\n${screen()}`)
    await sleep(200)
  }
}

/** @param {string[]} args */
function screen(...args) {
  return tmux('capture-pane', '-p', ...args)
}

/** On a server of its own: nobody's sessions are touched. @param {string[]} args */
function tmux(...args) {
  const { stdout, error } = spawnSync('tmux', ['-L', 'choirmaster-picture', ...args], {
    encoding: 'utf8',
  })
  if (error) throw error
  return stdout
}

#!/usr/bin/env node
// Committed, not built: npm links it before anything is compiled.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Node's own code for work that waits for nothing any more: our bug, so the code of one.
process.on('exit', () => {
  if (process.exitCode === 13) process.exitCode = 1
})

const main = new URL('../dist/main.js', import.meta.url)
if (existsSync(fileURLToPath(main))) {
  const { main: run } = await import(main.href)
  await run(process.argv.slice(2))
} else {
  process.stderr.write('Error: choirmaster is not built yet\nHint: run `npm run build` first\n')
  process.exitCode = 1
}

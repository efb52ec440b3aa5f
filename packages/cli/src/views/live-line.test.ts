import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { liveLine, REDRAW_MS } from './live-line.js'

function start(options: { tty: boolean; columns?: number }) {
  const io = fakeIo(options)
  let text: string | undefined = 'waiting for a'
  let tick = () => {}
  let every = 0
  let running = 0
  const live = liveLine(
    io.stdout,
    () => text,
    (draw, ms) => {
      tick = draw
      every = ms
      running += 1
      return () => void (running -= 1)
    },
  )
  live.start()
  const set = (changed: string | undefined) => void (text = changed)
  return { io, live, set, tick: () => tick(), every, running: () => running }
}

it('is drawn at most five times a second, and only when it changed', () => {
  const { io, tick, every } = start({ tty: true })
  expect(every).toBe(REDRAW_MS)
  expect(1000 / every).toBeLessThanOrEqual(5)
  tick()
  tick()
  expect(io.out()).toBe('\r\x1b[2Kwaiting for a')
})

it('is taken away before lines that stay and drawn again below them', () => {
  const { io, live, tick } = start({ tty: true })
  tick()
  live.above('a is done\n')
  tick()
  expect(io.out()).toBe('\r\x1b[2Kwaiting for a\r\x1b[2Ka is done\n\r\x1b[2Kwaiting for a')
})

it('never fills the last column, so that the terminal does not wrap it', () => {
  const { io, tick } = start({ tty: true, columns: 8 })
  tick()
  expect(io.out()).toBe('\r\x1b[2Kwaiting')
})

it('vanishes when there is nothing to say and when it stops', () => {
  const { io, live, set, tick, running } = start({ tty: true })
  tick()
  set(undefined)
  tick()
  expect(io.out()).toBe('\r\x1b[2Kwaiting for a\r\x1b[2K')
  set('waiting for b')
  tick()
  live.stop()
  expect(io.out().endsWith('\r\x1b[2Kwaiting for b\r\x1b[2K')).toBe(true)
  expect(running()).toBe(0)
  live.stop()
})

it('is no part of what goes to a file or a pipe', () => {
  const { io, live, running } = start({ tty: false })
  live.above('a is done\n')
  live.stop()
  expect(running()).toBe(0)
  expect(io.out()).toBe('a is done\n')
})

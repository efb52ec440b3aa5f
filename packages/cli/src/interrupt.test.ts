import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { catchInterrupts } from './interrupt.js'

function start() {
  const signals = new EventEmitter()
  const told: string[] = []
  const tell = (line: string): void => void told.push(line)
  return { signals, told, ...catchInterrupts(signals, tell, () => told.push('hung up')) }
}

it('stops softly at the first interrupt and says what happens now', () => {
  const { signals, soft, hard, told } = start()
  signals.emit('SIGINT')
  expect([soft.aborted, hard.aborted]).toEqual([true, false])
  expect(soft.reason).toBe('Ctrl-C')
  expect(told).toHaveLength(1)
  expect(told[0]).toContain('nothing new starts')
})

it('stops watching at the second interrupt, whichever two they are', () => {
  const { signals, soft, hard, told } = start()
  signals.emit('SIGTERM')
  signals.emit('SIGINT')
  expect(soft.reason).toBe('SIGTERM')
  expect(hard.reason).toBe('Ctrl-C')
  expect(told).toHaveLength(2)
})

it('leaves the third interrupt to the process', () => {
  const { signals } = start()
  signals.emit('SIGINT')
  signals.emit('SIGINT')
  expect(signals.listenerCount('SIGINT')).toBe(0)
})

it('goes on when the terminal goes away', () => {
  const { signals, soft, told } = start()
  expect(signals.emit('SIGHUP')).toBe(true)
  expect(soft.aborted).toBe(false)
  expect(told).toEqual(['hung up'])
})

it('ends what is waited for at the first interrupt once the run is over', () => {
  const { signals, soft, hard, told, over } = start()
  over()
  signals.emit('SIGINT')
  expect([soft.aborted, hard.aborted]).toEqual([false, true])
  expect(told).toEqual([expect.stringContaining('the run is over')])
  expect(signals.listenerCount('SIGINT')).toBe(0)
})

it('gives the signals back', () => {
  const { signals, dispose } = start()
  dispose()
  expect(signals.eventNames()).toEqual([])
})

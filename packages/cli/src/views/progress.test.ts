import { expect, it } from 'vitest'
import { fakeIo } from '../../test/fake-io.js'
import { fakeWorld } from '../../test/fake-session.js'
import { LAMP } from '../../test/lamp.js'
import { withProgress } from './progress.js'

const noTicker = (): (() => void) => () => {}

async function shown(tty: boolean): Promise<string> {
  const io = fakeIo({ tty })
  const session = await fakeWorld({ environment: LAMP }).openSession({}, io, [])
  const work = (): Promise<string> => Promise.resolve('done')
  expect(await withProgress({ io, session, what: 'Reading the graph' }, work, noTicker)).toBe(
    'done',
  )
  expect(io.out()).toBe('')
  return io.err()
}

it('says on a terminal what is waited for, at once, and takes it away afterwards', async () => {
  expect(await shown(true)).toBe('\r\x1b[2KReading the graph\r\x1b[2K')
})

it('says nothing elsewhere', async () => {
  expect(await shown(false)).toBe('')
})

it('goes away when the work fails', async () => {
  const io = fakeIo({ tty: true })
  const session = await fakeWorld({ environment: LAMP }).openSession({}, io, [])
  const work = (): Promise<never> => Promise.reject(new Error('no'))
  await expect(withProgress({ io, session, what: 'x' }, work, noTicker)).rejects.toThrow('no')
  expect(io.err().endsWith('\r\x1b[2K')).toBe(true)
})

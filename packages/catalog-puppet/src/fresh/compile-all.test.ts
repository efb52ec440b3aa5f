import { describe, expect, it } from 'vitest'
import { compileAll } from './compile-all.js'
import { freshError } from './errors.js'

const NODES = Array.from({ length: 25 }, (_, n) => `node${n}`)
const compiled = (certname: string) => ({ certname, environment: 'production', rows: [] })

function world(compile: (certname: string) => Promise<ReturnType<typeof compiled>>) {
  const notices: string[] = []
  const load = { now: 0, most: 0, asked: 0 }
  const compiler = {
    async compile(certname: string) {
      load.asked++
      load.most = Math.max(load.most, ++load.now)
      await Promise.resolve()
      try {
        return await compile(certname)
      } finally {
        load.now--
      }
    },
  }
  const host = { notice: ({ message }: { message: string }) => void notices.push(message) }
  const input = { compiler, certnames: NODES, concurrency: 3, host }
  return { load, notices, run: () => compileAll(input) }
}

describe('compiling many nodes', () => {
  it('asks for so many at once, gives them in order and tells how far it got', async () => {
    const { run, load, notices } = world(async (certname) => compiled(certname))
    expect((await run()).map(({ certname }) => certname)).toEqual(NODES)
    expect(load.most).toBe(3)
    expect(notices).toEqual(['10 of 25 catalogs compiled', '20 of 25 catalogs compiled'])
  })

  it('tries all though some do not compile, and tells each', async () => {
    const { run, load } = world(async (certname) => {
      if (certname.endsWith('7'))
        throw freshError('fresh-compile-failed', { message: `${certname}: no`, place: certname })
      return compiled(certname)
    })
    await expect(run()).rejects.toMatchObject({
      code: 'fresh-compile-failed',
      message: 'node7: no (and 1 more problem)',
      problems: [{ place: 'node7' }, { place: 'node17' }],
    })
    expect(load.asked).toBe(25)
  })

  it('stops at what every node would be answered', async () => {
    const { run, load } = world(async () => {
      throw freshError('fresh-forbidden', { message: 'no' })
    })
    await expect(run()).rejects.toMatchObject({ code: 'fresh-forbidden' })
    expect(load.asked).toBe(3)
  })
})

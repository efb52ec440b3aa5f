import { describe, expect, it } from 'vitest'
import { fakeRpc, type FakeRpc } from '../../test/fake-rpc.js'
import { settled } from '../../test/manual-clock.js'

async function start(rpc: FakeRpc): Promise<{ names: string[]; end: Promise<void> }> {
  const names: string[] = []
  const stream = rpc.transport.discover?.('puppet', { signal: new AbortController().signal })
  const collect = async (): Promise<void> => {
    for await (const name of stream ?? []) names.push(name)
  }
  const end = collect()
  end.catch(() => {})
  await settled()
  return { names, end }
}

const pong = (sender: string) => ({ sender, agent: 'discovery', body: 'pong' })

describe('discovery', () => {
  it('asks everybody with the agent and ends when nobody new has come for a while', async () => {
    const rpc = fakeRpc()
    const { names, end } = await start(rpc)
    expect(rpc.published).toMatchObject([
      { subject: 'mcollective.broadcast.agent.discovery', request: { agent: 'discovery' } },
    ])
    rpc.reply(pong('b.example.net'))
    await rpc.clock.advance(1_500)
    rpc.reply(pong('a.example.net'))
    rpc.reply(pong('a.example.net'))
    await rpc.clock.advance(1_500)
    expect(names).toEqual(['b.example.net', 'a.example.net'])
    await rpc.clock.advance(500)
    await end
    expect(rpc.strays.counts.repeated).toBe(1)
  })

  it('ends at once where no server is connected', async () => {
    const rpc = fakeRpc()
    rpc.connection.flush = () => new Promise(() => {})
    const { names, end } = await start(rpc)
    rpc.noResponders(0)
    await end
    expect(names).toEqual([])
  })

  it('is not ended by a node that says that nobody is there', async () => {
    const rpc = fakeRpc()
    let taken = (): void => {}
    rpc.connection.flush = () => new Promise((resolve) => (taken = resolve))
    const { names, end } = await start(rpc)
    rpc.desk.noResponders(`${rpc.published[0]?.request.replyTo}.0`)
    taken()
    await settled()
    rpc.noResponders(0)
    rpc.reply(pong('a.example.net'))
    await rpc.clock.advance(2_000)
    await end
    expect(names).toEqual(['a.example.net'])
  })

  it('fails when more names come than there can be', async () => {
    const rpc = fakeRpc()
    const { names, end } = await start(rpc)
    for (let number = 0; number < 100_000; number++) rpc.reply(pong(`n${number}`))
    await settled()
    expect(names).toHaveLength(100_000)
    rpc.reply(pong('one-more'))
    await expect(end).rejects.toMatchObject({ code: 'transport-discovery-size' })
  }, 60_000)

  it('takes only pongs of the discovery agent with names that can be addressed', async () => {
    const rpc = fakeRpc()
    const { names } = await start(rpc)
    rpc.reply({ ...pong('a.example.net'), agent: 'puppet' })
    rpc.reply({ ...pong('b.example.net'), body: '{}' })
    rpc.reply(pong('>'))
    await settled()
    expect(names).toEqual([])
  })

  it('does not take a broken connection for an empty estate', async () => {
    const rpc = fakeRpc()
    rpc.connection.live = false
    const { end } = await start(rpc)
    await expect(end).rejects.toMatchObject({ code: 'transport-disconnected' })
  })
})

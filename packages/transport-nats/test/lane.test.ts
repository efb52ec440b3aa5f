import { readFileSync } from 'node:fs'
import { connect } from 'nats'
import type { Notice } from '@choirmaster/core/provide'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection, Incoming } from '../src/connection/connection.js'
import { connectNats } from '../src/connection/nats.js'
import { findNatsServer, natsServer, TLS, type NatsServer } from './nats-server.js'

const program = findNatsServer()
const pem = (file: string): string => readFileSync(`${TLS}${file}`, 'utf8')

describe.skipIf(program === undefined)('the way past the library', () => {
  let broker: NatsServer
  let connection: Connection
  let heard: (message: Incoming) => void
  const notices: Notice[] = []
  let onNotice = (): void => {}

  beforeEach(async () => {
    broker = await natsServer(program!)
    const host = {
      clock: systemClock(),
      random: systemRandom(),
      notice: (notice: Notice) => void (notices.push(notice), onNotice()),
    }
    const settings = {
      brokers: [{ host: 'localhost', port: broker.port, origin: 'test' }],
      tls: { cert: pem('deploy.pem'), key: pem('deploy.key'), ca: pem('ca.pem') },
      ...{ name: 'test', timeout: 5_000, inbox: 'inbox.>' },
    }
    const listener = {
      message: (message: Incoming) => heard(message),
      noResponders: () => {},
      denied: () => {},
    }
    const call = { signal: new AbortController().signal }
    connection = await connectNats(settings, host, listener, call)
  })
  afterEach(async () => {
    await connection.close()
    await broker.remove()
    notices.length = 0
  })

  /** Publishes to ourselves. @returns what came, and whether the library made it */
  async function echo(text: string): Promise<{ text: string; subject: string; library: boolean }> {
    const came = new Promise<Incoming>((resolve) => (heard = resolve))
    connection.publish('inbox.a', Buffer.from(text), 'nobody')
    await connection.flush()
    const message = await came
    const { data, subject } = message
    return { text: Buffer.from(data).toString(), subject, library: 'sid' in message }
  }
  async function reconnected(): Promise<void> {
    const back = new Promise<void>((resolve) => {
      onNotice = () => {
        if (notices.some(({ code }) => code === 'transport-reconnected')) resolve()
      }
    })
    await broker.kill()
    await broker.start()
    await back
  }

  it('is taken, also after a reconnect', async () => {
    expect(await echo('one')).toEqual({ text: 'one', subject: 'inbox.a', library: false })
    await reconnected()
    expect(await echo('two')).toEqual({ text: 'two', subject: 'inbox.a', library: false })
  })

  it('is the library again when somebody else in the process connects by it', async () => {
    const other = await connect({
      servers: `localhost:${broker.port}`,
      tls: { cert: pem('deploy.pem'), key: pem('deploy.key'), ca: pem('ca.pem') },
    })
    await other.close()
    expect(await echo('one')).toMatchObject({ text: 'one', library: false })
    await reconnected()
    expect(await echo('two')).toEqual({ text: 'two', subject: 'inbox.a', library: true })
  })
})

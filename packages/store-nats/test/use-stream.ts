import { connect, type NatsConnection } from 'nats'
import type { Host, Notice, RunStore } from '@choirmaster/core/provide'
import { systemClock, systemRandom } from '@choirmaster/core/system'
import { findNatsServer, natsServer, type NatsServer } from '@choirmaster/testkit/nats-server'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { natsStoreOn, type NatsStoreOptions } from '../src/provider.js'

/** What a test works with. */
export interface Broker {
  readonly server: NatsServer
  /** A stream of its own for each test. */
  readonly stream: string
  readonly notices: readonly Notice[]
  connect(): Promise<NatsConnection>
  /** Another process's view of the store, on a connection of its own where none is given. */
  open(
    options?: NatsStoreOptions,
    host?: Partial<Host>,
    ahead?: () => number,
    nats?: NatsConnection,
  ): Promise<RunStore>
}

/** Tests on a stock nats-server with JetStream; left out, with the reason told, where there is none. */
export function onStream(name: string, tests: (broker: () => Broker) => void): void {
  const program = findNatsServer()
  describe.skipIf(program === undefined)(name, () => {
    let server: NatsServer
    let count = 0
    let notices: Notice[] = []
    const opened: { close?(): Promise<void> }[] = []
    beforeAll(async () => {
      server = await natsServer(program!, (folder) => `jetstream { store_dir: "${folder}/js" }`)
    })
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close?.()
      notices = []
      count++
    })
    afterAll(() => server.remove())
    const dial = async (): Promise<NatsConnection> =>
      connect({
        servers: `127.0.0.1:${server.port}`,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 50,
      })
    tests(() => ({
      ...{ server, notices },
      stream: `TEST${count}`,
      connect: async () => {
        const nats = await dial()
        opened.push(nats)
        return nats
      },
      async open(options, host, ahead, nats) {
        const whole: Host = {
          ...{ baseDir: '/', clock: systemClock(), random: systemRandom() },
          notice: (notice) => void notices.push(notice),
          ...host,
        }
        const store = await natsStoreOn(
          nats ?? (await dial()),
          { stream: `TEST${count}`, ...options },
          whole,
          ahead,
        )
        opened.push(store)
        return store
      },
    }))
  })
}

import { findNatsServer, type NatsServer } from '@choirmaster/testkit/nats-server'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { openHouse, type House, type HouseOptions } from './house.js'
import { tlsBroker } from './tls-broker.js'

/** Opens a house on the test's broker; it is closed after the test. @param options speed: 50 */
export type OpenHouse = (options: Omit<HouseOptions, 'broker'>) => Promise<House>

/** Tests on a stock nats-server with mutual TLS; left out, with the reason told, where there is none. */
export function onBroker(
  name: string,
  tests: (open: OpenHouse, broker: () => NatsServer) => void,
): void {
  const program = findNatsServer()
  describe.skipIf(program === undefined)(name, () => {
    let broker: NatsServer
    const opened: House[] = []
    beforeAll(async () => {
      broker = await tlsBroker(program!)
    })
    afterEach(async () => {
      for (const house of opened.splice(0)) await house.close()
    })
    afterAll(() => broker.remove())
    tests(
      async (options) => {
        const house = await openHouse({ broker, speed: 50, ...options })
        opened.push(house)
        return house
      },
      () => broker,
    )
  })
}

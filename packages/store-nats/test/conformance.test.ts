import { storeKit } from '@choirmaster/testkit'
import { test } from 'vitest'
import { onStream } from './use-stream.js'

let streams = 0

onStream('the store on JetStream keeps the contract', (broker) => {
  storeKit(test, async () => {
    const { open } = broker()
    const stream = `KIT${streams++}`
    // How old a sign of life is is told by the broker's clock, so that is what the test moves.
    let ahead = 0
    const another = () => open({ stream }, {}, () => ahead)
    return {
      store: await another(),
      reopen: another,
      async orphan() {
        ahead = 31_000
      },
    }
  })
})

import { describe } from 'vitest'
import { testActions } from './actions.js'
import { testCommands } from './commands.js'
import { testRuns } from './runs.js'
import { testStreams } from './streams.js'
import { useNetwork } from './support/network.js'

describe("protocol v1 on Choria's broker and servers", () => {
  const network = useNetwork({ protocol: 'v1' })
  testActions(network)
  testCommands(network)
  testRuns(network)
  testStreams(network)
})

import { describe } from 'vitest'
import { testActions } from './actions.js'
import { testCommands } from './commands.js'
import { testRuns } from './runs.js'
import { testStreams } from './streams.js'
import { useNetwork } from './support/network.js'

describe("protocol v2 on Choria's broker and servers, tokens of a delegated issuer", () => {
  const network = useNetwork({ protocol: 'v2', delegated: true })
  testActions(network)
  testCommands(network)
  testRuns(network)
  testStreams(network)
})

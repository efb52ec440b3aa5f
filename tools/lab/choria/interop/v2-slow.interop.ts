import { describe } from 'vitest'
import { testSlowEnds } from './slow.js'
import { useNetwork } from './support/network.js'

describe('protocol v2 on real servers, with patience', () => {
  testSlowEnds(useNetwork({ protocol: 'v2', delegated: true }))
})

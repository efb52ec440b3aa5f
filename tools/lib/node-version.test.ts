import { expect, test } from 'vitest'
import { nodeFits } from './node-version.mjs'

const range = '^20.19.0 || ^22.13.0 || >=24.0.0'

test.each(['v20.19.0', 'v20.20.2', 'v22.13.0', 'v24.0.0', 'v26.1.0'])(
  '%s is new enough',
  (version) => {
    expect(nodeFits(version, range)).toBe(true)
  },
)

test.each(['v12.22.12', 'v18.20.4', 'v20.9.0', 'v20.18.99', 'v21.7.3', 'v22.12.0', 'v23.11.0'])(
  '%s is refused',
  (version) => {
    expect(nodeFits(version, range)).toBe(false)
  },
)

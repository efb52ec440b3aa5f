// The store `nats` on the crash tool's broker.
import { connectOperator } from '@choirmaster/transport-nats/connect'
// Not what users open: its leases can be made to have passed.
import { natsStoreOn } from '../../packages/store-nats/dist/provider.js'

/** A lease lasts 30 s; for that nobody waits at each of hundreds of kills. */
const PASSED_MS = 31_000

/**
 * @param {{ choriaConfig: string, certname: string }} options @param {string} stream
 * @param {import('@choirmaster/core').Host} host @param {boolean} passed as if the lease of a holder before had passed
 */
export async function openNatsStore(options, stream, host, passed) {
  const nats = await connectOperator(options, host, { signal: new AbortController().signal })
  return natsStoreOn(nats, { stream }, host, () => (passed ? PASSED_MS : 0))
}

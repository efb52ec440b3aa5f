import { connect } from 'node:net'
import type { ProbeCall, Probed } from '@choirmaster/core'

/** A machine that drops packets, as one that boots does, is given up and tried again after this, ms. */
const ONE_TRY = 5_000

/** Connects to a port and hangs up. */
export function connectTcp(
  host: string,
  port: number,
  { signal, timeoutMs }: ProbeCall,
): Promise<Probed> {
  return new Promise((resolve) => {
    const patience = Math.max(1, Math.min(ONE_TRY, timeoutMs))
    const socket = connect({ host, port, signal, timeout: patience })
    const end = (passed: boolean, message: string): void => {
      socket.destroy()
      resolve({ passed, message })
    }
    socket.on('connect', () => end(true, 'connected'))
    socket.on('timeout', () => end(false, `no connection within ${Math.ceil(patience / 1000)} s`))
    socket.on('error', (error: NodeJS.ErrnoException) => end(false, error.code ?? error.message))
  })
}

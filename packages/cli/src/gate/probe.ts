import type { Clock, Prober, Transport } from '@choirmaster/core'
import { runProgram } from './program.js'
import { connectTcp } from './tcp.js'

/**
 * Makes the checks of gates from this machine: programs are run here, ports are connected to as the transport reaches
 * nodes, or by their certnames.
 */
export function createProber(clock: Clock, transport: Transport): Prober {
  return async (node, probe, call) => {
    // A simulated clock waits for what happens in the real world.
    if ('command' in probe) return clock.hold(runProgram(probe.command, node, call))
    if (transport.connect === undefined) return connectTcp(node, probe.tcp, call)
    await transport.connect(node, probe.tcp, call)
    return { passed: true, message: 'connected' }
  }
}

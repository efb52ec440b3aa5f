import type { Gate } from '@choirmaster/core'

/** The commands of a gate that some node has to pass: in a part of the site a check may be for none. */
export function programsOf(gate: Gate | undefined): readonly (readonly string[])[] {
  return (gate?.checks ?? []).flatMap(({ probe, nodes }) =>
    'command' in probe && nodes.length > 0 ? [probe.command] : [],
  )
}

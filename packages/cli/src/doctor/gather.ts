import type { Outcome, Stream } from '@choirmaster/core/provide'

/** Names in one line. */
export const SHOWN = 5

/** The same message of several nodes once, with all their names. */
export function byMessage(
  rows: readonly (readonly [node: string, message: string, hint: string])[],
): readonly (readonly [message: string, nodes: readonly string[], hint: string])[] {
  const groups = new Map<string, { nodes: string[]; hint: string }>()
  for (const [node, message, hint] of rows) {
    const group = groups.get(message) ?? { nodes: [], hint }
    group.nodes.push(node)
    groups.set(message, group)
  }
  return [...groups].map(([message, { nodes, hint }]) => [message, nodes.sort(), hint])
}

export async function gather<T>(stream: Stream<Outcome<T>>): Promise<Map<string, Outcome<T>>> {
  const answers = new Map<string, Outcome<T>>()
  for await (const outcome of stream) answers.set(outcome.node, outcome)
  return answers
}

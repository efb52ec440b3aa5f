import type { Problem } from '@choirmaster/core/provide'

/** What is wrong with a node, without the action that was asked: `status` goes without saying. */
export function problemText({ message }: Problem): string {
  return message.replace(/^status: /, '')
}

import type { Waiting } from '@choirmaster/core'
import { cleanLine } from './clean.js'
import { stamp } from './time.js'

/** Why nothing happens for a while, as a line without end. */
export function waitingText({ why, run, until }: Waiting): string {
  const name = cleanLine(run)
  switch (why) {
    case 'sent-last':
      return `What run ${name} sent last may still act until ${stamp(until)}: waiting, nothing is touched before`
    case 'maybe-lost':
      return `The run store may have lost what run ${name} did last: the nodes are asked at ${stamp(until)}, when nothing of it can act any more`
  }
}

/** Of a run whose nodes are to be taken over: nothing here keeps its process out, if it is alive. As a line without end. */
export function unknownRunText(run: string): string {
  return `This run store does not know run ${cleanLine(run)}: whether its process is alive is not known here. Go on only when it is over, as the nodes that it holds are taken from it`
}

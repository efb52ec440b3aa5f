import type { Trouble } from '@choirmaster/core'
import { cleanLine } from './clean.js'

/** What did not keep a run from its end, as a line without end. */
export function troubleText({ why, message }: Trouble): string {
  const told = cleanLine(message)
  switch (why) {
    case 'ended-unknown':
      return `Which runs ended a moment ago cannot be told, so what they sent last is not waited for: ${told}`
    case 'not-given-back':
      return `The run store could not be told that nobody holds the nodes any more: ${told}. Once the lease is over the next run of these nodes says who holds them, and choirmaster unlock RUN takes the lock away`
  }
}

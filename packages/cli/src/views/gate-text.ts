import { type Gate, probeText } from '@choirmaster/core'
import { cleanLine } from './clean.js'
import { duration } from './time.js'
import { count } from './words.js'

/** What is checked of nodes before those that wait for them start; that they answer again is asked of all. */
export function* gateText({ checks, check }: Gate): Generator<string> {
  if (checks.length === 0) return
  yield `Checked within ${duration(check)} before those that wait start:`
  for (const { probe, of, nodes } of checks) {
    yield `    ${cleanLine(probeText(probe))} on ${of === null ? '' : `${cleanLine(of)}, `}${count(nodes.length, 'node')} that others wait for`
  }
}

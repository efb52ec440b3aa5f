import type { Session } from '../session.js'
import type { Freeing } from '../views/report-text.js'

/**
 * How nodes that the run left disabled are reached again: a simulated fleet is another one in each process, but for
 * one that is kept in a file.
 */
export function freeingOf({ simulated, simulatedState }: Session): Freeing {
  if (simulated === false) return (command) => command
  if (simulatedState === undefined) return () => undefined
  return (command) => `${command} ${onFleet(simulatedState)}`
}

/** Flags by which a command reaches the simulated fleet that is kept in a file. */
export function onFleet(state: string): string {
  return `--transport simulator --set ${quoted(`transport.state=${state}`)}`
}

/** As a POSIX shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

import { printable } from '@choirmaster/puppet-client'

/** So many names are read; the rest is a number. */
const MOST = 10

/** `dev1, dev2 and 3 more`. */
export function someOf(names: readonly string[], most = MOST): string {
  const shown = names.slice(0, most).map(printable).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

/** `1 node`, `2 nodes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

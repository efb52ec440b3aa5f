import { nearMatches } from '../errors/near-matches.js'

/** A longer list helps nobody. */
const MOST = 5

/** What may have been meant by a name that the site does not know; else what there is. */
export function nameHint(wanted: string, names: readonly string[], what: string): string {
  const near = nearMatches(wanted, names)
  if (near.length > 0) return `Did you mean ${near.join(' or ')}?`
  const lower = wanted.toLowerCase()
  const containing = names.filter((name) => lower !== '' && name.toLowerCase().includes(lower))
  if (containing.length > 0) return `Did you mean ${listed(containing, ' or ')}?`
  if (names.length === 0) return `There are no ${what}.`
  return `The ${what} are ${listed(names, ', ')}.`
}

function listed(names: readonly string[], separator: string): string {
  const shown = [...names].sort().slice(0, MOST)
  const rest = names.length - shown.length
  return `${shown.join(separator)}${rest > 0 ? ` and ${rest} more` : ''}`
}

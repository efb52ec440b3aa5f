// What was counted, and what is not as it should be.

export function tally() {
  /** @type {Map<string, number>} */
  const counts = new Map()
  let faults = 0
  /** @param {string} what @param {number} [more] */
  const count = (what, more = 1) => void counts.set(what, (counts.get(what) ?? 0) + more)
  /** @param {string} what @param {string} fault */
  const fault = (what, fault) => {
    faults++
    console.log(`  NOT AS IT SHOULD BE: ${what}: ${fault}`)
  }

  return {
    /** @param {import('./killed.mjs').Outcome} outcome @param {string} what @param {string} [where] */
    killed({ killed, after, twice, unreported, different, why, refused }, what, where) {
      if (killed) {
        count('kills')
        if (where !== undefined) count(`kills ${where}`)
        count(AFTER[after])
      }
      count('run twice', twice.length)
      count('left disabled and not reported', unreported.length)
      count('nodes that ended otherwise', different.length)
      if (refused !== undefined) fault(what, `not resumed: ${refused}`)
      if (twice.length > 0) fault(what, `run twice: ${named(twice)}`)
      if (unreported.length > 0) fault(what, `left disabled and not reported: ${named(unreported)}`)
      if (different.length > 0) fault(what, `ended otherwise: ${named(different)}: ${why[0] ?? ''}`)
    },
    /** @param {import('./slept.mjs').Slept} outcome @param {string} what */
    slept({ what: how, faults: found, exit, end = '', before = 0 }, what) {
      count(
        { slept: 'stopped and taken over', over: 'had ended before', early: 'had touched nothing' }[
          how
        ],
      )
      if (exit !== undefined) count(`sleepers that ended with ${exit}`)
      if (before > 0) count('requests given away before they stopped', before)
      if (/was taken over/.test(end)) count('sleepers that say that they were taken over')
      for (const one of found) fault(what, one)
    },
    /** @param {import('./raced.mjs').Raced} outcome @param {string} kind @param {string} what */
    raced({ end, faults: found }, kind, what) {
      count(kind)
      count(`${kind}: ${end}`)
      for (const one of found) fault(`${kind} ${what}`, one)
    },
    /**
     * @param {string} title @param {string} least what has to have happened once at least
     * @returns {boolean} whether all is as it should be
     */
    print(title, least) {
      const shown = [...counts].map(([what, number]) => `${what}: ${number}`)
      console.log(`${title}: ${shown.join('; ')}; faults: ${faults}`)
      return faults === 0 && (counts.get(least) ?? 0) > 0
    },
  }
}

const AFTER = { resumed: 'resumed', untouched: 'had touched nothing', ended: 'had ended' }

/** @param {string[]} nodes */
function named(nodes) {
  const more = nodes.length > 3 ? ` and ${nodes.length - 3} more` : ''
  return nodes.slice(0, 3).join(', ') + more
}

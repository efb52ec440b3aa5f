import { FAULT_FAMILIES } from '../src/faults/registry.js'
import type { AnyFaultKind } from '../src/faults/fault.js'

/** When the faults of a kind strike, which decides what limits they take. */
const WHEN: Readonly<Record<AnyFaultKind['strikes'], string>> = {
  always: 'always',
  call: 'requests',
  run: 'runs',
  time: 'a time',
}

/** The tables of docs/scenario.md, unpadded. */
export function faultTables(): string {
  return FAULT_FAMILIES.map(({ title, kinds }) => {
    const rows = kinds.map(({ name, strikes, params, required = [], does, concludes }) => {
      const own = Object.keys(params)
        .map((key) => `\`${key}\`${required.includes(key) ? ' (needed)' : ''}`)
        .join(', ')
      return `| \`${name}\` | ${WHEN[strikes]} | ${own} | ${does} | ${concludes} |`
    })
    const head = '| fault | strikes | parameters | what the node does | what a run concludes |'
    return [`### ${title}`, '', head, '| --- | --- | --- | --- | --- |', ...rows].join('\n')
  }).join('\n\n')
}

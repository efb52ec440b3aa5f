import type { Rule } from './rule.js'

/** Tells of each budget that is spent, with the arithmetic; that nothing new starts is in force already. */
export const tellBudget: Rule = ({ failures, refused }) => {
  // Of a run that is refused the look has told what is wrong.
  if (refused !== null) return []
  const spent = failures.spent[failures.told]
  return spent === undefined ? [] : [{ do: 'record', event: { type: 'budget', ...spent } }]
}

import type { BadCase } from './case.js'
import { badConfigs } from './configs.js'
import { badFlags } from './flags.js'
import { badJournals } from './journals.js'
import { badPlanFiles } from './planfiles.js'
import { badScenarios } from './scenarios.js'
import { badSites } from './sites.js'

export const badCases: readonly BadCase[] = [
  ...badSites,
  ...badFlags,
  ...badConfigs,
  ...badPlanFiles,
  ...badScenarios,
  ...badJournals,
]

import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const pluginErrors = {
  'plugin-not-found': {
    title: 'A plugin that the configuration names is not there',
    hint: 'Install the package in the folder of the configuration file, or correct its name.',
    exit: 1,
  },
  'plugin-failed': {
    title: 'A plugin throws something unforeseen',
    hint: 'Report it to the authors of the package, or remove it from `plugins` in the configuration.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(pluginErrors)

import { errorMaker, type ErrorTable } from '../errors/coded-error.js'

export const providerErrors = {
  'plugin-invalid': {
    title: 'A plugin package does not keep to the contract',
    hint: 'Report it to the authors of the package; docs/plugins.md shows the contract.',
    exit: 1,
  },
  'plugin-contract': {
    title: 'A plugin was made for another version of the contract',
    hint: 'Install versions of the plugin and of choirmaster that go together.',
    exit: 1,
  },
  'provider-duplicate': {
    title: 'Two packages provide the same name',
    hint: 'Remove one of the two packages from `plugins` in the configuration.',
    exit: 1,
  },
  'provider-unknown': {
    title: 'No installed package provides this name',
    hint: 'Correct the name, or name the package that provides it under `plugins` in the configuration.',
    exit: 1,
  },
  'provider-options': {
    title: 'Options of a provider do not fit its schema',
    hint: 'Correct the option; `choirmaster config` shows where each value comes from.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const providerError = errorMaker(providerErrors)

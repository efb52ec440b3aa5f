import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const configErrors = {
  'config-invalid': {
    title: 'The configuration holds what it cannot hold',
    hint: 'Correct the place that is named; docs/configuration.md lists all keys.',
    exit: 1,
  },
  'config-set': {
    title: 'A --set that cannot be understood',
    hint: 'Write --set KIND.OPTION=VALUE, such as --set catalog.url=https://puppet.example.net:8140.',
    exit: 1,
  },
  'config-conflict': {
    title: 'Two flags contradict each other',
    hint: 'Leave one of them out.',
    exit: 1,
  },
  'config-gate': {
    title: 'A check of the gate is for what the site does not have',
    hint: 'Name a component or an application, such as Lamp::Mysql[app1], or the type of one; `choirmaster plan` shows them.',
    exit: 1,
  },
  'config-no-catalog': {
    title: 'Nothing says where the graph comes from',
    hint: 'Name a source with --site FILE, with --catalog NAME, or under `catalog` in choirmaster.yaml.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(configErrors)

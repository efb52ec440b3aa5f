import { errorMaker, type ErrorTable } from '../errors/coded-error.js'

export const planErrors = {
  'plan-cycle': {
    title: 'Nodes wait for each other in a circle',
    hint: 'Puppet applies whole nodes: put one of the components on another node, or remove one of these needs. --assume-done NODE orders the rest as if that node were done.',
    exit: 3,
  },
  'plan-missing-producer': {
    title: 'A capability is consumed that no component produces',
    hint: 'Correct the name, add the component that produces it, or remove the need.',
    exit: 3,
  },
  'plan-unknown-instance': {
    title: 'The site has no such application',
    hint: 'Name an application as the plan of the whole site prints it, such as Lamp[app1].',
    exit: 1,
  },
  'plan-unknown-node': {
    title: 'The site has no such node',
    hint: 'Name a node as the plan of the whole site prints it.',
    exit: 1,
  },
  'plan-selection-conflict': {
    title: 'A node is both excluded and assumed to be done',
    hint: 'Exclude it to leave out what depends on it, or assume it done to run what depends on it.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const planError = errorMaker(planErrors)

// What is run: the seed's LAMP site, and a large one of five applications.
import { runPlan } from '@choirmaster/core/testing'

const NODES = ['dev1', 'dev2', 'dev3', 'dev4']
export const lamp = runPlan(
  [['dev1'], ['dev2', 'dev3', 'dev4']],
  ['dev1>dev2', 'dev1>dev3', 'dev1>dev4'],
  { 'Lamp[app1]': NODES, 'Lamp[app2]': NODES },
)

/**
 * Five applications: each has a fifth of the nodes, one of which the others wait for.
 * @param {number} count
 */
export function large(count) {
  const names = Array.from({ length: count }, (_, index) => `node${index + 1}.example.net`)
  const applications = Array.from({ length: Math.min(5, count) }, (_, app) =>
    names.filter((_name, index) => index % 5 === app),
  )
  return runPlan(
    [applications.map(([first]) => first ?? ''), applications.flatMap(([, ...rest]) => rest)],
    applications.flatMap(([first, ...rest]) => rest.map((to) => `${first ?? ''}>${to}`)),
    Object.fromEntries(applications.map((all, index) => [`Lamp[app${index + 1}]`, all])),
  )
}

import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

/** Codes of graphs in PuppetDB that cannot be used. */
export const puppetDbErrors = {
  'puppetdb-unsettled': {
    title: 'The components change faster than they can be read',
    hint: 'Wait until the deployment that changes the catalogs is through, then try again.',
    exit: 1,
  },
  'puppetdb-empty': {
    title: 'PuppetDB knows no node',
    hint: "Check that the address is that of this site's PuppetDB, and that Puppet Server has storeconfigs = true and storeconfigs_backend = puppetdb.",
    exit: 1,
  },
  'puppetdb-environment': {
    title: 'No node in PuppetDB has its catalog from this environment',
    hint: 'Check the name given with --environment; nodes that have never run in it are not in PuppetDB.',
    exit: 1,
  },
  'puppetdb-no-components': {
    title: 'No node of the environment declares a component',
    hint: 'Declare them with choirmaster::component of the module, deploy the code, and let Puppet run on the nodes once, with --noop if you like. For a defined type of your own set the option type.',
    exit: 1,
  },
  'puppetdb-node-missing': {
    title: 'A component has no node',
    hint: 'PuppetDB names the node of each resource; check that the address is that of a PuppetDB.',
    exit: 1,
  },
  'puppetdb-parameter': {
    title: "A component's parameter is of the wrong kind",
    hint: 'application is a reference such as Lamp[app1], produces and consumes are lists of references; choirmaster::component checks that when it is compiled.',
    exit: 1,
  },
  'puppetdb-reference': {
    title: 'A name is no reference',
    hint: 'References are written Type::Name[title], each part of the type with a capital letter.',
    exit: 1,
  },
  'puppetdb-component-twice': {
    title: 'A component is declared on two nodes',
    hint: 'Give each node a component with a title of its own; a node that no longer has it keeps it in PuppetDB until its next run, or until `puppet node deactivate`.',
    exit: 1,
  },
  'puppetdb-component-collected': {
    title: 'An exported component was collected on another node',
    hint: 'Declare components without @@, and collect none: each copy counts as a component of the node that collected it.',
    exit: 1,
  },
  'puppetdb-capability-twice': {
    title: 'Two components produce one capability',
    hint: 'Give each its own, such as Sql[app1-a] and Sql[app1-b], and consume both.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const puppetDbError = errorMaker(puppetDbErrors)

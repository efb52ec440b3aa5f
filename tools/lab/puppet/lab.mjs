// Real Puppet Server, PuppetDB, PostgreSQL and CA on this machine, for people; docs/lab.md tells what for. As root, with
//   apt-get install --no-install-recommends puppetserver puppetdb puppet-terminus-puppetdb puppet-agent postgresql
//   node tools/lab/puppet/lab.mjs up FOLDER          FOLDER must be searchable by the user postgres
//   node tools/lab/puppet/lab.mjs run FOLDER NODE …  a real Puppet run of each node, one after another
//   node tools/lab/puppet/lab.mjs check FOLDER       what the source puppetdb must give; after npm run build, as all of these
//   node tools/lab/puppet/lab.mjs fresh FOLDER       what --fresh and exported resources must give; after check
//   node tools/lab/puppet/lab.mjs enroll FOLDER      what `choirmaster enroll` must do with the CA
//   node tools/lab/puppet/lab.mjs witness FOLDER     what the witness puppetdb must tell of real runs
//   node tools/lab/puppet/lab.mjs chain FOLDER       `choirmaster run` over real Choria servers
//   node tools/lab/puppet/lab.mjs noop FOLDER        `choirmaster run --noop` over the same, against what Puppet reported
//   node tools/lab/puppet/lab.mjs down FOLDER
import { CHECKS, labAt } from './lib/lab.mjs'

const [command = '', folder = '', ...nodes] = process.argv.slice(2)
const lab = labAt(folder)

const COMMANDS = {
  up: lab.up,
  run: () => lab.run(nodes),
  ...Object.fromEntries(CHECKS.map((name) => [name, lab[name]])),
  down: async () => {
    await lab.down()
    console.log(`Down; the folder stays: ${lab.folder}`)
  },
}

if (!(command in COMMANDS) || folder === '') {
  console.error(`Usage: lab.mjs ${Object.keys(COMMANDS).join('|')} FOLDER …`)
  process.exit(1)
}
await COMMANDS[/** @type {keyof COMMANDS} */ (command)]()

// A network of real Choria servers on this machine, for people; docs/lab.md tells what for.
//   node tools/lab/choria/lab.mjs up FOLDER [v1|v2] [nodes=N] [broker=choria|nats] [delegated]
//   node tools/lab/choria/lab.mjs start|stop FOLDER NODE|broker
//   node tools/lab/choria/lab.mjs script FOLDER NODE [outcome=…] [before=S] [apply=S] [lock=TEXT]
//   node tools/lab/choria/lab.mjs ask FOLDER ACTION [NODE,…] [INPUT=VALUE …]
//   node tools/lab/choria/lab.mjs runs FOLDER
//   node tools/lab/choria/lab.mjs down FOLDER
import { openNetwork, up } from './lib/network.mjs'

const [command = '', folder = '', ...rest] = process.argv.slice(2)

/** As many as the LAMP example has. */
const NODES = 4

const COMMANDS = {
  up: bringUp,
  start: async () => {
    const network = openNetwork(folder, false)
    if (which() === 'broker') return void (await network.startBroker())
    await network.startServer(which())
    await network.ready([which()])
  },
  stop: async () => {
    const network = openNetwork(folder)
    await (which() === 'broker' ? network.stopBroker() : network.stopServer(which()))
  },
  script: async () =>
    openNetwork(folder)
      .node(which())
      .script(pairs(rest.slice(1))),
  ask: async () => {
    const network = openNetwork(folder)
    const [action = 'status', ...more] = rest
    const named = more[0]?.includes('=') ? undefined : more.shift()?.split(',')
    for (const reply of await network.ask(action, named, more)) console.log(JSON.stringify(reply))
  },
  runs: async () => {
    const network = openNetwork(folder)
    const all = await Promise.all(
      network.nodes.map(async (node) =>
        (await network.node(node).runs()).map((run) => ({ node, ...run })),
      ),
    )
    for (const run of all.flat().sort((a, b) => a.at - b.at)) console.log(JSON.stringify(run))
  },
  down: async () => openNetwork(folder).down(),
}

if (!(command in COMMANDS) || folder === '') {
  console.error('Usage: lab.mjs up|start|stop|script|ask|runs|down FOLDER …; see docs/lab.md')
  process.exit(1)
}
try {
  await COMMANDS[/** @type {keyof COMMANDS} */ (command)]()
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exitCode = 1
}

async function bringUp() {
  const options = pairs(rest.filter((word) => word.includes('=')))
  const count = Number(options['nodes'] ?? NODES)
  const network = await up(folder, {
    protocol: rest.includes('v2') ? 'v2' : 'v1',
    broker: options['broker'] === 'nats' ? 'nats' : 'choria',
    nodes: Array.from({ length: count }, (_, index) => `dev${index + 1}.example.net`),
    delegated: rest.includes('delegated'),
    leash: false,
    tell: console.error,
  })
  const { config, env } = network.client()
  console.log(`Up: ${network.nodes.join(', ')}, broker localhost:${network.port}

export ${Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}
npx choirmaster run --site docs/examples/lamp.json --transport nats --set transport.choriaConfig=${config}`)
}

function which() {
  const [name] = rest
  if (name === undefined) throw new Error('Name a node, or the broker')
  return name
}

/** NAME=VALUE; a value that is a number is one. @param {readonly string[]} words */
function pairs(words) {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      const value = word.slice(at + 1)
      return [word.slice(0, at), /^\d+(\.\d+)?$/.test(value) ? Number(value) : value]
    }),
  )
}

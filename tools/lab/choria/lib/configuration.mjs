// Configuration files of the broker, the servers and the clients, as Choria reads them.

/** @typedef {'v1' | 'v2'} Protocol */

/**
 * @typedef {object} Site what all files of a network share
 * @property {string} folder
 * @property {Protocol} protocol
 * @property {number} port of the broker
 */

/** Collective, as each protocol has it when nothing is configured. */
const COLLECTIVE = { v1: 'mcollective', v2: 'choria' }

/** @param {Protocol} protocol @param {string} name */
export function callerOf(protocol, name) {
  return protocol === 'v1' ? `choria=${certnameOf(name)}` : `up=${name}`
}

/**
 * A name that Choria's servers accept.
 * @param {string} client
 */
export function certnameOf(client) {
  return `${client}.mcollective`
}

/** @param {Site} site @param {string} issuer */
export function brokerConfig(site, issuer) {
  return file({
    identity: 'localhost',
    loglevel: 'info',
    'plugin.choria.broker_network': 'true',
    'plugin.choria.network.listen_address': '127.0.0.1',
    'plugin.choria.network.client_port': site.port,
    'plugin.choria.network.peer_port': 0,
    'plugin.choria.stats_port': 0,
    'plugin.choria.use_srv': 'false',
    // Choria Streams, which is JetStream; nothing is made in it before it is asked for.
    'plugin.choria.network.stream.store': `${site.folder}/streams`,
    ...daemonSecurity(site, 'localhost', issuer),
    ...(site.protocol === 'v2' && {
      'plugin.security.choria.certificate': `${site.folder}/ssl/certs/localhost.pem`,
      'plugin.security.choria.key': `${site.folder}/ssl/private_keys/localhost.pem`,
    }),
  })
}

/** A stock nats-server that lets in whoever has a certificate of the CA. @param {Site} site */
export function natsConfig({ folder, port }) {
  return `listen: 127.0.0.1:${port}
tls {
  cert_file: "${folder}/ssl/certs/localhost.pem"
  key_file: "${folder}/ssl/private_keys/localhost.pem"
  ca_file: "${folder}/ssl/certs/ca.pem"
  verify: true
}
`
}

/**
 * @param {Site} site
 * @param {string} node
 * @param {string} issuer
 * @param {Record<string, string>} more settings that this server has besides
 */
export function serverConfig(site, node, issuer, more) {
  const home = `${site.folder}/nodes/${node}`
  return file({
    identity: node,
    loglevel: 'info',
    logfile: `${home}/server.log`,
    classesfile: `${home}/classes.txt`,
    'plugin.yaml': `${home}/facts.json`,
    // Choria's default: each request is checked against policies/AGENT.policy beside this file.
    rpcauthorization: 'true',
    'plugin.choria.agent_provider.mcorpc.libdir': `${site.folder}/plugins`,
    ...network(site),
    ...daemonSecurity(site, node, issuer),
    ...more,
  })
}

/**
 * @param {Site} site
 * @param {string} client
 * @param {string} issuer
 */
export function clientConfig(site, client, issuer) {
  return file({
    loglevel: 'warn',
    identity: 'ops1.example.net',
    libdir: `${site.folder}/plugins`,
    ...network(site),
    ...(site.protocol === 'v1'
      ? {
          'plugin.security.provider': 'puppet',
          'plugin.choria.ssldir': `${site.folder}/ssl`,
        }
      : tokens(site, client, issuer)),
  })
}

/** @param {Site} site */
function network({ protocol, port }) {
  return {
    collectives: COLLECTIVE[protocol],
    'plugin.choria.use_srv': 'false',
    'plugin.choria.middleware_hosts': `nats://localhost:${port}`,
  }
}

/** @param {Site} site @param {string} name @param {string} issuer */
function daemonSecurity(site, name, issuer) {
  if (site.protocol === 'v2') return tokens(site, name, issuer)
  return {
    'plugin.security.provider': 'file',
    'plugin.security.file.certificate': `${site.folder}/ssl/certs/${name}.pem`,
    'plugin.security.file.key': `${site.folder}/ssl/private_keys/${name}.pem`,
    'plugin.security.file.ca': `${site.folder}/ssl/certs/ca.pem`,
  }
}

/** @param {Site} site @param {string} name @param {string} issuer public key, hex */
function tokens({ folder }, name, issuer) {
  return {
    'plugin.security.provider': 'choria',
    'plugin.security.choria.token_file': `${folder}/jwt/${name}.jwt`,
    'plugin.security.choria.seed_file': `${folder}/jwt/${name}.seed`,
    'plugin.security.choria.ca': `${folder}/ssl/certs/ca.pem`,
    'plugin.security.issuer.names': 'choria',
    'plugin.security.issuer.choria.public': issuer,
  }
}

/** @param {Record<string, string | number>} settings */
function file(settings) {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')
}

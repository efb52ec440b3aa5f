import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Somebody between client and broker. */
interface Meddler {
  readonly port: number
  /** Ends the connections; new ones are taken. */
  cut(): void
  close(): void
}

/** Passes everything on to the broker, but writes another broker into each greeting, which no TLS protects. */
export async function meddler(broker: number, gossip: string): Promise<Meddler> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const behind = connect(broker, '127.0.0.1')
    for (const socket of [client, behind]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        behind.destroy()
      })
    }
    behind.once('data', (greeting) => {
      client.write(greeting.toString().replace('{', `{"connect_urls":["${gossip}"],`))
      behind.pipe(client)
    })
    client.pipe(behind)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const cut = (): void => sockets.forEach((socket) => socket.destroy())
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      server.close()
      cut()
    },
  }
}

import { Flags } from '@oclif/core'
import { BaseCommand } from '../base-command.js'
import { EXIT_DONE } from '../exit-codes.js'
import { configFlags, outputFlags } from '../flags.js'

export default class Enroll extends BaseCommand {
  static override summary = 'Get the operator a certificate from the Puppet CA'
  static override description =
    'Makes the private key, sends the request, waits for its signature, and fetches the certificate, the CA and its revocation lists into the SSL folder that Choria uses. What is there already is kept; it can be ended at any moment and run again.'
  static override examples = [
    '<%= config.bin %> enroll',
    '<%= config.bin %> enroll --server ca.example.net --ca-fingerprint 98:B0:9E:…',
  ]
  static override flags = {
    server: Flags.string({
      description:
        "The CA's server; default: Choria's plugin.choria.puppetca_host, SRV records, puppet:8140",
      helpValue: 'HOST[:PORT]',
    }),
    'ca-fingerprint': Flags.string({
      description:
        'SHA-256 of the CA: of the file ca_crt.pem on its server, or of its root certificate; default: it is shown, and asked about',
      helpValue: 'HEX',
    }),
    certname: Flags.string({
      description: 'Name to ask for; default: MCOLLECTIVE_CERTNAME, else USER.mcollective',
      helpValue: 'NAME',
    }),
    ssldir: Flags.string({
      description: "SSL folder in Puppet's layout; default: that of Choria",
      helpValue: 'FOLDER',
    }),
    wait: Flags.string({
      description: 'How long to wait for the signature, such as 90s or 1h; 0: only ask',
      helpValue: 'DURATION',
      default: '10m',
    }),
    environment: Flags.string({
      description: 'Environment that the request names',
      helpValue: 'NAME',
      default: 'production',
    }),
    'choria-config': Flags.string({
      helpGroup: 'connection',
      description: "Choria's client configuration; default: as the choria command finds it",
      helpValue: 'FILE',
    }),
    ...configFlags,
    ...outputFlags,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Enroll)
    const { enrollOperator } = await import('../enroll-operator.js')
    const { enrolledText, stepText } = await import('../views/enroll-text.js')
    const { json, io } = this
    const done = await enrollOperator(io, flags, (step) => {
      const text = stepText(step)
      if (text !== undefined) this.note(text)
    })
    if (json) this.printJson({ schema: 'choirmaster.enroll/1', ...done })
    else this.printLines(enrolledText(done))
    io.exit(EXIT_DONE)
  }
}

import { type Command, CommandHelp, Help } from '@oclif/core'
import { EXIT_CODES } from './exit-codes.js'

/** Commands in the order in which they are needed; others follow by name. */
const ORDER = ['plan', 'run', 'resume', 'enable', 'runs', 'show', 'status', 'doctor', 'ping']

const FIRST_STEPS = [
  ['$ choirmaster plan --site site.yaml', 'the order, and why; asks no node'],
  ['$ choirmaster run --site site.yaml', 'looks at the nodes, asks you, then runs Puppet on them'],
  ['$ choirmaster show last', 'how it went'],
  ['$ choirmaster enable --run last', 'frees what it left disabled'],
]

const EXITS = 'EXIT CODES'
const DOCUMENTATION =
  'README.md and docs/ of Choirmaster; docs/errors.md explains each error, docs/exit-codes.md these codes.'

/** Adds exit codes and pages to the help of a command, and leaves the list of all its flags out of its usage. */
class OurCommandHelp extends CommandHelp {
  protected override defaultUsage(): string {
    const required = Object.values(this.command.flags).flatMap((flag) =>
      flag.required === true ? [`--${flag.name} ${'helpValue' in flag ? flag.helpValue : ''}`] : [],
    )
    return [super.defaultUsage(), ...required, '[FLAGS]'].join(' ')
  }

  protected override flags(flags: Command.Flag.Any[]): ReturnType<CommandHelp['flags']> {
    // A list that does not begin with a short name would be set askew.
    return super.flags(flags.toSorted((a, b) => Number(!a.char) - Number(!b.char)))
  }

  protected override sections(): ReturnType<CommandHelp['sections']> {
    return [
      ...super.sections(),
      { header: EXITS, generate: () => ({ header: EXITS, body: exitCodes() }) },
      { header: 'DOCUMENTATION', generate: () => this.wrap(DOCUMENTATION) },
    ]
  }
}

/** oclif's help with what a newcomer looks for; named by `helpClass` in package.json. */
export default class ChoirmasterHelp extends Help {
  protected override CommandHelpClass = OurCommandHelp

  protected override formatCommands(commands: Command.Loadable[]): string {
    return super.formatCommands(commands.toSorted((a, b) => rank(a.id) - rank(b.id)))
  }

  protected override async showRootHelp(): Promise<void> {
    await super.showRootHelp()
    const section = (title: string, rows: string[][]): void =>
      this.log(`${this.section(title, this.renderList(rows, { indentation: 2 }))}\n`)
    section('FIRST STEPS', FIRST_STEPS)
    section(EXITS, exitCodes())
    const more = 'Each command has its own help, with examples: choirmaster COMMAND --help.'
    this.log(`${this.section('DOCUMENTATION', this.wrap(`${more}\n${DOCUMENTATION}`))}\n`)
  }
}

function exitCodes(): [string, string][] {
  return EXIT_CODES.map(({ code, meaning }) => [String(code), meaning])
}

function rank(id: string): number {
  const place = ORDER.indexOf(id)
  return place < 0 ? ORDER.length : place
}

import { errorMaker, type ErrorTable } from '@choirmaster/core/provide'

export const storeNatsErrors = {
  'store-no-streams': {
    title: 'The broker offers no JetStream to this operator',
    hint: 'Turn it on (`jetstream` of nats-server, `plugin.choria.network.stream.store` of a Choria broker), and give the operator the permission `streams_user` where it logs in by a token.',
    exit: 1,
  },
  'store-stream-missing': {
    title: 'The stream of the run store is not there, and this operator may not make it',
    hint: 'Let somebody make it who may (`streams_admin`), with the configuration in docs/stores.md.',
    exit: 1,
  },
  'store-stream-unfit': {
    title: 'The stream of the run store is not set up as the store needs it',
    hint: 'Set what the message names as docs/stores.md has it (`nats stream edit`), or name another stream with `--set store.stream=NAME`.',
    exit: 1,
  },
  'store-unreachable': {
    title: 'The broker that holds the run store does not answer',
    hint: 'Look at the broker. Nodes that a run left disabled are freed by `choirmaster enable --run RUN` once it answers.',
    exit: 1,
  },
  'store-full': {
    title: 'The stream of the run store is full',
    hint: "Forget runs that are over (`nats stream purge CHOIRMASTER --subject 'choirmaster.node.*.RUN'`), or raise `max_bytes`, `max_msgs` or what the broker gives the account.",
    exit: 1,
  },
  'store-refused': {
    title: 'The broker refused what the run store asked of it',
    hint: 'Read what it says: the permissions of this operator, the limits of the stream and of the account, whether somebody removed the stream.',
    exit: 1,
  },
  'store-broker-old': {
    title: 'The nats-server that holds the run store is too old',
    hint: 'Take nats-server 2.10 or later: older ones do not tell their time, by which the age of a lease is judged.',
    exit: 1,
  },
  'store-record-damaged': {
    title: 'A message of the run store is not what was written',
    hint: 'Somebody else writes to the subjects of the stream; look at the message with `nats stream get`.',
    exit: 1,
  },
} as const satisfies ErrorTable

export const fail = errorMaker(storeNatsErrors)

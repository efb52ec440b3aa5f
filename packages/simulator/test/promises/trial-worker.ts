import { tryAll, type Trials } from './trials.js'

/** Process of `npm run simulate`: tries the seeds that it is sent, and answers with what came of them. */
process.on('message', (trials: Trials) => {
  void tryAll(trials).then((tried) => process.send?.(tried))
})

// A run that is broken may leave something that waits for ever.
process.on('disconnect', () => process.exit())

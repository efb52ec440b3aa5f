import { parentPort } from 'node:worker_threads'
import { tryAll, type Trials } from './trials.js'

/** Thread of `npm run simulate`: tries the seeds that it is sent, and answers with what came of them. */
parentPort?.on('message', (trials: Trials) => {
  void tryAll(trials).then((tried) => parentPort?.postMessage(tried))
})

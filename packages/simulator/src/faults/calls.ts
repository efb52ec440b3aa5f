import { DAMAGES, type Damage } from '../fleet/treatment.js'
import type { FaultKind } from './fault.js'
import { flag, seconds } from './params.js'

/** Faults of requests and replies. */
export const silent: FaultKind<unknown> = {
  name: 'silent',
  strikes: 'call',
  does: 'Hears no request and answers nothing; `after_calls` and `actions` narrow it.',
  concludes: 'No answer: refused before the lock, later `unknown` once its deadlines have passed.',
  params: {},
  call(treatment) {
    treatment.heard = false
  },
}

export const slow: FaultKind<{ readonly seconds: number }> = {
  name: 'slow',
  strikes: 'call',
  does: 'Answers after `seconds`. From 20 s on the server kills the action: no reply, and nothing was done.',
  concludes: 'Slow answers are answers; beyond 20 s it is silence.',
  params: { seconds },
  required: ['seconds'],
  call(treatment, _seen, params) {
    treatment.delay = params.seconds * 1000
  },
}

export const lateReply: FaultKind<{ readonly seconds?: number }> = {
  name: 'late-reply',
  strikes: 'call',
  does: 'Does the work at once; the reply comes `seconds` (5) after the client gave up.',
  concludes:
    'Silence whose effect may be done: settled by a later status, never by asking again at once.',
  params: { seconds },
  call(treatment, seen, params) {
    treatment.actsAfter ??= treatment.delay
    treatment.delay = seen.timeoutMs + (params.seconds ?? 5) * 1000
    treatment.reply = 'late'
  },
}

export const duplicateReply: FaultKind<{ readonly seconds?: number }> = {
  name: 'duplicate-reply',
  strikes: 'call',
  does: 'Sends its reply a second time `seconds` (1) later.',
  concludes: 'The second is a notice and nothing else.',
  params: { seconds },
  call(treatment, _seen, params) {
    // A reply that another fault loses or damages is that, however often it is sent.
    if (treatment.reply !== 'sent') return
    treatment.reply = 'twice'
    treatment.later = (params.seconds ?? 1) * 1000
  },
}

export const lostReply: FaultKind<unknown> = {
  name: 'lost-reply',
  strikes: 'call',
  does: 'Does the work; the reply is lost.',
  concludes: 'Maybe done: open for H, then a status decides.',
  params: {},
  call(treatment) {
    treatment.reply = 'lost'
  },
}

export const damagedReply: FaultKind<{ readonly how?: Damage }> = {
  name: 'damaged-reply',
  strikes: 'call',
  does: `Does the work; what comes back is no good: \`how\` is one of ${DAMAGES.join(', ')} (the first).`,
  concludes: 'A notice, and as a lost reply: nothing is believed that is not proven.',
  params: { how: { enum: DAMAGES } },
  call(treatment, _seen, params) {
    treatment.reply = 'damaged'
    treatment.damage = params.how ?? 'corrupted'
  },
}

export const lateEffect: FaultKind<{ readonly seconds?: number }> = {
  name: 'late-effect',
  strikes: 'call',
  does: 'Does the work only `seconds` (75; at most H = 80) after the request was sent, and never answers.',
  concludes: 'Maybe done until H has passed: a status asked before proves nothing.',
  params: { seconds: { ...seconds, maximum: 80 } },
  call(treatment, _seen, params) {
    treatment.actsAfter = (params.seconds ?? 75) * 1000
    treatment.reply = 'lost'
  },
}

export const denied: FaultKind<unknown> = {
  name: 'denied',
  strikes: 'call',
  does: 'Its action policy refuses the request, before looking at the inputs.',
  concludes:
    'Denied, nothing was done: refused before the lock; a denied `enable` is found on the first node that is disabled.',
  params: {},
  call(treatment) {
    treatment.denied = true
  },
}

export const errorReply: FaultKind<{ readonly done?: boolean }> = {
  name: 'error-reply',
  strikes: 'call',
  does: 'Answers statuscode 5 after doing the work; with `done: false` the shim fails before it (statuscode 1).',
  concludes: 'An error answer is no proof that nothing was done: status decides.',
  params: { done: flag },
  call(treatment, _seen, params) {
    treatment.error = params.done === false ? 'instead' : 'after'
  },
}

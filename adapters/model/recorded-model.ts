/** Answers from recorded calls in memory: each question what it was answered then, in that order; anything else, nothing. */
import type { ModelCall } from '../../domain/model/call.ts'
import type { Model, ModelReply } from '../../domain/model/port.ts'
import { notRecorded } from './cassette-model.ts'
import { requestHash } from './request-hash.ts'

export const recordedModel = (calls: readonly Pick<ModelCall, 'requestHash' | 'reply'>[]): Model => {
  const replies = new Map<string, ModelReply[]>()
  for (const { requestHash: hash, reply } of calls) {
    const known = replies.get(hash)
    if (known === undefined) replies.set(hash, [reply])
    else known.push(reply)
  }
  return { ask: request => replies.get(requestHash(request))?.shift() ?? notRecorded(request) }
}

import { defineEntity, p } from '@mikro-orm/core'
import type { InteractionRecord } from '../record.ts'
import { accountId, json, nullableAmount, nullableText, text, time } from './column.ts'

const count = () => p.bigint('number').strictNullable()

const InteractionSchema = defineEntity({
  name: 'InteractionEntity',
  tableName: 'interactions',
  properties: {
    accountId: accountId(),
    seq: p.bigint('number').primary(),
    at: time(),
    callId: text(),
    cycleId: text(),
    candleAt: time(),
    symbols: text(),
    actions: text(),
    purpose: text(),
    model: text(),
    answeredBy: text(),
    provider: nullableText(),
    outcome: text(),
    failure: nullableText(),
    problem: nullableText(),
    promptTokens: count(),
    completionTokens: count(),
    reasoningTokens: count(),
    cachedTokens: count(),
    costUsd: nullableAmount<'money'>(),
    latencyMs: p.float(),
    requestHash: text(),
    promptVersion: text(),
    replyText: text(),
    call: json<InteractionRecord['call']>(),
  },
})

/** A question to a model and all that came of it. */
export class InteractionEntity extends InteractionSchema.class {}

InteractionSchema.setClass(InteractionEntity)

import { defineEntity, p } from '@mikro-orm/core'
import { accountId, json, nullableText, text, time } from './column.ts'

const FactSchema = defineEntity({
  name: 'FactEntity',
  tableName: 'facts',
  properties: {
    accountId: accountId(),
    seq: p.bigint('number').primary(),
    at: time(),
    type: text(),
    symbol: nullableText(),
    body: json<Record<string, unknown>>(),
  },
})

/** One line of the journal. `body` is the fact without the fields that have columns. */
export class FactEntity extends FactSchema.class {}

FactSchema.setClass(FactEntity)

import { defineEntity } from '@mikro-orm/core'
import type { DecisionRecord } from '../record.ts'
import { accountId, id, json, nullableAmount, nullableText, stamp, text, time } from './column.ts'

const DecisionSchema = defineEntity({
  name: 'DecisionEntity',
  tableName: 'decisions',
  properties: {
    accountId: accountId(),
    decisionId: id(),
    ...stamp,
    symbol: text(),
    strategy: text(),
    candleAt: time(),
    price: nullableAmount<'price'>(),
    action: text(),
    proposal: json<DecisionRecord['proposal']>(),
    outcome: text().$type<DecisionRecord['outcome']>(),
    code: nullableText(),
    limit: nullableText(),
    actual: nullableText(),
    risk: json<DecisionRecord['risk']>(),
  },
})

/** A proposal and what the rules made of it. */
export class DecisionEntity extends DecisionSchema.class {}

DecisionSchema.setClass(DecisionEntity)

import { defineEntity } from '@mikro-orm/core'
import type { Leg, OrderRequest } from '../../../domain/order.ts'
import { accountId, id, json, nullableText, stamp, text } from './column.ts'

const IntentSchema = defineEntity({
  name: 'IntentEntity',
  tableName: 'intents',
  properties: {
    accountId: accountId(),
    clientOrderId: id(),
    ...stamp,
    symbol: text(),
    leg: text().$type<Leg>(),
    positionId: text(),
    decisionId: nullableText(),
    request: json<OrderRequest>(),
  },
})

/** An order as it was meant, on record before the venue hears of it. */
export class IntentEntity extends IntentSchema.class {}

IntentSchema.setClass(IntentEntity)

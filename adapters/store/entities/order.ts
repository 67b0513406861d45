import { defineEntity, p } from '@mikro-orm/core'
import type { OrderRecord } from '../record.ts'
import {
  accountId,
  amount,
  id,
  json,
  nullableAmount,
  nullableText,
  nullableTime,
  stamp,
  text,
  time,
} from './column.ts'

const OrderSchema = defineEntity({
  name: 'OrderEntity',
  tableName: 'orders',
  properties: {
    accountId: accountId(),
    clientOrderId: id(),
    ...stamp,
    venueOrderId: nullableText(),
    symbol: text(),
    side: text().$type<OrderRecord['side']>(),
    type: text().$type<OrderRecord['type']>(),
    quantity: amount<'quantity'>(),
    price: nullableAmount<'price'>(),
    triggerPrice: nullableAmount<'price'>(),
    worstPrice: nullableAmount<'price'>(),
    bestPrice: nullableAmount<'price'>(),
    reduceOnly: p.boolean(),
    timeInForce: text().$type<OrderRecord['timeInForce']>(),
    validUntil: nullableTime(),
    status: text().$type<OrderRecord['status']>(),
    filledQuantity: amount<'quantity'>(),
    averagePrice: nullableAmount<'price'>(),
    reason: nullableText(),
    createdAt: time(),
    updatedAt: time(),
    leg: nullableText(),
    positionId: nullableText(),
    decisionId: nullableText(),
    history: json<OrderRecord['history']>(),
  },
})

/** An order and every status it has had. */
export class OrderEntity extends OrderSchema.class {}

OrderSchema.setClass(OrderEntity)

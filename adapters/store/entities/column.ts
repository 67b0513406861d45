/** Columns entities share. Money and prices are `numeric`, exact as text; times are epoch milliseconds. */
import { p } from '@mikro-orm/core'
import type { Unit } from '../../../domain/units.ts'

export const amount = <Kind extends string>() => p.decimal().$type<Unit<Kind>>()
export const nullableAmount = <Kind extends string>() => p.decimal().$type<Unit<Kind>>().strictNullable()
export const text = () => p.text()
export const nullableText = () => p.text().strictNullable()
export const time = () => p.bigint('number')
export const nullableTime = () => p.bigint('number').strictNullable()
/** JSON of a known shape. */
export const json = <Shape>() => p.json<Shape>()

/** First half of every key. */
export const accountId = () => p.text().primary()
/** Second half of the key of most tables. */
export const id = () => p.text().primary()
/** Time and fact sequence of a row, by which lists are ordered. */
export const stamp = { seq: p.bigint('number'), at: p.bigint('number') }

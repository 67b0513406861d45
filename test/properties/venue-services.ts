/** How the fake venue answers the questions of orders and positions: well, late, lost, slowly or wrongly. */
import type { VenueOrder } from '../../domain/order.ts'
import { dec } from '../../domain/units.ts'
import type { OrderServiceInput, VenueAnswer } from '../../machines/order/context.ts'
import type { ProtectionInput } from '../../machines/position/context.ts'
import type { Call } from '../harness.ts'
import type { FakeVenue, Refusal } from './fake-venue.ts'

/**
 * How a question to the venue goes: well, or in one of the ways it can go wrong. `slow`: the venue has heard it and its
 * answer, true of that moment, is still under way; the next time the question is looked at, it comes.
 */
export const WAYS = [
  'well',
  'slow',
  'answer lost',
  'request lost',
  'late',
  'unreachable',
  'refused',
  'thrown',
] as const
export type Way = (typeof WAYS)[number]

const answerOf = (outcome: 'unreachable' | 'unknown', at: number): VenueAnswer => ({
  outcome,
  message: outcome,
  at,
})

export class VenueServices {
  readonly #venue: FakeVenue
  /** Answers under way, of questions that the venue has heard. */
  readonly #slow = new Map<Call, object>()

  constructor(venue: FakeVenue) {
    this.#venue = venue
  }

  /** True when the venue has heard the question. */
  hasHeard(call: Call): boolean {
    return this.#slow.has(call)
  }

  submit(call: Call, way: Way, at: number): void {
    if (this.#isUnderWay(call, way, at)) return
    const { request } = call.input as OrderServiceInput
    if (way === 'unreachable') return call.answer(answerOf('unreachable', at))
    if (way === 'request lost') return call.answer(answerOf('unknown', at))
    if (way === 'late') {
      this.#venue.submitLate(request, at + 1_500)
      return call.answer(answerOf('unknown', at))
    }
    if (way === 'refused') return call.answer({ outcome: 'refused', code: 'busy', message: 'busy', at })
    const taken: VenueOrder | Refusal = this.#venue.submit(request)
    if (way === 'thrown') return call.fail(new Error(way))
    if (way === 'answer lost') return call.answer(answerOf('unknown', at))
    const code = 'refused' in taken ? taken.refused : ''
    this.#reply(
      call,
      way,
      'refused' in taken
        ? { outcome: 'refused', code, message: code, at }
        : { outcome: 'known', order: taken, at },
    )
  }

  /** To cancel an order, or to look it up. */
  ask(call: Call, way: Way, at: number): void {
    if (this.#isUnderWay(call, way, at)) return
    const { clientOrderId } = (call.input as OrderServiceInput).request
    if (way === 'unreachable' || way === 'request lost') return call.answer(answerOf('unknown', at))
    const order =
      call.service === 'cancelOrder'
        ? this.#venue.cancel(clientOrderId)
        : (this.#venue.orders.get(clientOrderId) ?? null)
    if (way === 'thrown') return call.fail(new Error(way))
    if (way === 'answer lost' || way === 'late') return call.answer(answerOf('unknown', at))
    this.#reply(
      call,
      way,
      order === null ? { outcome: 'absent', at } : { outcome: 'known', order: { ...order }, at },
    )
  }

  setLeverage(call: Call, way: Way, at: number): void {
    if (way === 'thrown') return call.fail(new Error(way))
    // A venue that keeps another leverage says which, or says nothing.
    const actual = way === 'unreachable' ? 1 : way === 'answer lost' ? 4 : null
    call.answer({ ok: way !== 'refused' && actual === null, actual, message: way, at })
  }

  readProtection(call: Call, way: Way, at: number): void {
    if (this.#isUnderWay(call, way, at)) return
    if (way !== 'well' && way !== 'slow' && way !== 'late') return call.fail(new Error(way))
    this.#reply(call, way, { confirmed: this.isProved(call.input as ProtectionInput), at })
  }

  isProved({ stopOrderId, quantity }: ProtectionInput): boolean {
    return this.#venue.working.some(
      order =>
        order.clientOrderId === stopOrderId &&
        order.reduceOnly &&
        dec(order.quantity).minus(order.filledQuantity).gte(quantity),
    )
  }

  #reply(call: Call, way: Way, answer: object): void {
    if (way === 'slow') this.#slow.set(call, answer)
    else call.answer(answer)
  }

  /** An answer under way comes now, or is lost; it cannot become another. */
  #isUnderWay(call: Call, way: Way, at: number): boolean {
    const answer = this.#slow.get(call)
    if (answer === undefined) return false
    if (way === 'thrown') call.fail(new Error(way))
    else if (way === 'answer lost' && call.service !== 'readProtection') call.answer(answerOf('unknown', at))
    else if (way !== 'slow') call.answer({ ...answer, at })
    return true
  }
}

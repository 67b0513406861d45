/** One order alone, and whatever a venue may answer about it: also what the fake venue never says. */
import * as fc from 'fast-check'
import type { VenueOrder } from '../../domain/order.ts'
import { quantity } from '../../domain/units.ts'
import type { VenueAnswer } from '../../machines/order/context.ts'
import { AT, type Call, Stage } from '../harness.ts'
import { entryRequest, venueOrder } from '../machines/given.ts'

const STATUSES = ['working', 'filled', 'cancelled', 'rejected', 'expired'] as const
type Status = (typeof STATUSES)[number]

export type OrderStep =
  | { do: 'answer'; outcome: VenueAnswer['outcome'] | 'thrown' | 'duplicate'; status: Status }
  | { do: 'report'; status: Status }
  | { do: 'cancel' | 'doubt' | 'restart' }
  | { do: 'pass'; ms: number }

export const orderSteps: fc.Arbitrary<OrderStep[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('answer' as const),
        outcome: fc.constantFrom(
          'known' as const,
          'known' as const,
          'absent' as const,
          'absent' as const,
          'refused' as const,
          'unreachable' as const,
          'unknown' as const,
          'unknown' as const,
          'thrown' as const,
          'duplicate' as const,
        ),
        status: fc.constantFrom('working' as const, ...STATUSES),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('report' as const), status: fc.constantFrom(...STATUSES) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'doubt' as const, 'restart' as const) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(250, 1_000, 8_000) }),
    },
  ),
  { minLength: 2, maxLength: 30 },
)

const requestOf = (isEntry: boolean) =>
  isEntry ? entryRequest() : entryRequest({ reduceOnly: true, validUntil: null, side: 'sell' })

/** An entry has a window in which it may arrive; an exit has none, and may be sent once more. */
export class OrderPlay {
  readonly stage: Stage
  readonly #isEntry: boolean

  constructor(isEntry: boolean) {
    this.#isEntry = isEntry
    const leg = isEntry ? 'entry' : 'exit'
    const ids = { accountId: 'main', positionId: 'main-BTC-1', decisionId: null, leg, slot: leg }
    this.stage = new Stage(
      'order',
      { ids, request: requestOf(isEntry), at: AT },
      { saveIntent: null as never },
    )
  }

  get isOver(): boolean {
    return this.stage.reported('order.settled').length > 0
  }

  take(step: OrderStep): void {
    if (this.isOver) return
    const { stage } = this
    if (step.do === 'pass') return stage.pass(step.ms)
    if (step.do === 'report') return stage.send({ type: 'order.reported', order: this.#order(step.status) })
    if (step.do === 'cancel') return stage.send({ type: 'order.cancel' })
    if (step.do === 'doubt') return stage.send({ type: 'order.doubted' })
    if (step.do === 'restart') return stage.restart()
    const [call] = stage.open()
    if (call !== undefined && step.do === 'answer') this.#answer(call, step)
  }

  /** From here the venue has no order working, and says so. */
  quiet(): void {
    for (let round = 0; round < 40 && !this.isOver; round += 1) {
      this.take({ do: 'answer', outcome: 'known', status: 'cancelled' })
      this.take({ do: 'pass', ms: 8_000 })
      if (this.stage.state() === 'working') this.take({ do: 'report', status: 'cancelled' })
    }
  }

  #answer(call: Call, { outcome, status }: Extract<OrderStep, { do: 'answer' }>): void {
    const { at } = this.stage
    if (outcome === 'thrown') return call.fail(new Error(outcome))
    if (call.service === 'saveIntent') return call.answer({ at })
    if (outcome === 'known') return call.answer({ outcome, order: this.#order(status), at })
    const code = outcome === 'duplicate' ? 'duplicate_client_order_id' : 'busy'
    if (outcome === 'duplicate' || outcome === 'refused')
      return call.answer({ outcome: 'refused', code, message: code, at })
    call.answer({ outcome, message: outcome, at })
  }

  #order(status: Status): VenueOrder {
    const filledQuantity = quantity(status === 'filled' ? 1 : 0)
    return venueOrder(requestOf(this.#isEntry), { status, filledQuantity })
  }
}

/** How often it was sent to the venue. */
export const submitsOf = ({ stage }: OrderPlay): number => stage.sent().length

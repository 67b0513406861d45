/** Bugs planted on purpose, one at a time, to see that the auditor names the promise they break. */
import { enqueueActions } from 'xstate'
import type { EngineSettings } from '../../domain/settings.ts'
import type { AccountContext, DecideAnswer } from '../../machines/account/context.ts'
import * as cycle from '../../machines/account/cycle.ts'
import { positionSlot } from '../../machines/account/setup.ts'
import { accountMachine } from '../../machines/account.ts'
import { positionMachine } from '../../machines/position.ts'
import { type Flow, wait } from '../flow.ts'
import type { Services, SystemParts } from '../system.ts'

export const SABOTAGES = [
  /** The venue is never asked what became of an order: it counts as never received. */
  'lookup_disabled',
  /** A position without a stop is left alone. */
  'naked_deadline_disabled',
  /** A fill that the stream tells twice is booked twice. */
  'dedupe_disabled',
  /** Entries decided together do not know of each other. */
  'reservation_disabled',
  /** Orders are sent without writing them down first. */
  'intent_not_written',
  /** After a restart orders count as never sent. */
  'resend_after_restart',
] as const
export type Sabotage = (typeof SABOTAGES)[number]

/** Far beyond the end of any run. */
const NEVER_MS = 1e12

/** Each proposal is judged as if it were the only one. */
const judgedAlone = (context: AccountContext, { proposals, at }: DecideAnswer) =>
  proposals.map(proposal => cycle.onProposals(context, { proposals: [proposal], at }))

const withoutReservation = (): typeof accountMachine =>
  accountMachine.provide({
    actions: {
      takeProposals: enqueueActions(({ context, enqueue }, { answer }: { answer: DecideAnswer }) => {
        const turns = judgedAlone(context, answer)
        const last = turns.at(-1)?.patch
        if (last !== undefined) enqueue.assign(last)
        for (const { reports = [], send = [] } of turns) {
          for (const report of reports) enqueue.emit(report)
          for (const { symbol, event } of send) enqueue.sendTo(positionSlot(symbol), event)
        }
      }),
    },
  })

/** Fills that are asked for come without their order, and are still told apart: else nothing would ever come to rest. */
const withoutDedupe = (): typeof positionMachine =>
  positionMachine.provide({
    guards: {
      isSeen: ({ context, event }) =>
        event.type === 'fill.received' &&
        event.order === null &&
        context.fills.seen.includes(event.fill.tradeId),
    },
  })

/** Answers without asking. */
const absent = (own: Services, at: () => number): Services => ({
  ...own,
  *lookupOrder() {
    return yield* wait({ outcome: 'absent' as const, at: at() })
  },
})

/** Looks up nothing of what was sent before this process began. */
const forgetful = (own: Services, at: () => number): Services => {
  const asked = new Set<string>()
  return {
    ...own,
    submitOrder: input => {
      asked.add(input.request.clientOrderId)
      return own.submitOrder(input)
    },
    lookupOrder: input =>
      asked.has(input.request.clientOrderId) ? own.lookupOrder(input) : absent(own, at).lookupOrder(input),
  }
}

const silent = (own: Services, at: () => number): Services => ({
  ...own,
  *saveIntent(): Flow<{ at: number }> {
    return yield* wait({ at: at() })
  },
})

const partsOf = (sabotage: Sabotage | null, now: () => number): SystemParts => {
  switch (sabotage) {
    case 'lookup_disabled':
      return { services: own => absent(own, now) }
    case 'resend_after_restart':
      return { services: own => forgetful(own, now) }
    case 'intent_not_written':
      return { services: own => silent(own, now) }
    case 'dedupe_disabled':
      return { charts: { position: withoutDedupe() } }
    case 'reservation_disabled':
      return { charts: { account: withoutReservation() } }
    default:
      return {}
  }
}

/** What the engine is given; the auditor keeps the settings as they were drawn. */
export const sabotaged = (
  settings: EngineSettings,
  sabotage: Sabotage | null,
  now: () => number,
): { settings: EngineSettings; parts: SystemParts } => ({
  settings:
    sabotage === 'naked_deadline_disabled'
      ? { ...settings, accounts: settings.accounts.map(each => ({ ...each, nakedMsMax: NEVER_MS })) }
      : settings,
  parts: partsOf(sabotage, now),
})

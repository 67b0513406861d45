/** Orders that have not ended, as their actors know them: from memory, nobody is asked. */
import type { AnyActorRef, AnyMachineSnapshot } from 'xstate'
import type { OrderContext } from '../machines/order/context.ts'
import type { Desk } from './desk.ts'
import { topState } from './state-text.ts'

/** `isDoubted`: whether the venue has it is being found out. */
export type WorkingOrder = OrderContext & { isDoubted: boolean }

const DOUBTED: readonly string[] = ['unknown', 'looking']

const childrenOf = (actor: AnyActorRef): AnyActorRef[] =>
  Object.values((actor.getSnapshot() as AnyMachineSnapshot).children ?? {}).filter(
    each => each !== undefined,
  ) as AnyActorRef[]

const orderIn = (actor: AnyActorRef): WorkingOrder[] => {
  const { status, machine, value, context } = actor.getSnapshot() as AnyMachineSnapshot
  // Services under way are children too, and have no machine.
  if (status !== 'active' || machine?.id !== 'order') return []
  return [{ ...(context as OrderContext), isDoubted: DOUBTED.includes(topState(value)) }]
}

export const workingOrders = (desk: Desk, accountIds: readonly string[]): WorkingOrder[] =>
  accountIds.flatMap(id => childrenOf(desk.actor(id)).flatMap(childrenOf).flatMap(orderIn))

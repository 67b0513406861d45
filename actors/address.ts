/** Where an actor stands in the tree, read from its context once: `main`, `main/position:BTC`, `main/position:BTC/stop`. */
import type { AnyActorRef } from 'xstate'
import type { AccountContext } from '../machines/account/context.ts'
import type { OrderContext } from '../machines/order/context.ts'
import type { PositionContext } from '../machines/position/context.ts'
import type { AnySnapshot } from './observed.ts'

export type Address = {
  kind: 'account' | 'position' | 'order'
  accountId: string
  symbol: string | null
  id: string
}

const addressOf = (snapshot: AnySnapshot & { machine?: { id: string } }): Address => {
  const context: unknown = snapshot.context
  switch (snapshot.machine?.id ?? 'order') {
    case 'account': {
      const { id } = (context as AccountContext).settings
      return { kind: 'account', accountId: id, symbol: null, id }
    }
    case 'position': {
      const { accountId, symbol } = (context as PositionContext).ids
      return { kind: 'position', accountId, symbol, id: `${accountId}/position:${symbol}` }
    }
    default: {
      const { ids, request } = context as OrderContext
      const id = `${ids.accountId}/position:${request.symbol}/${ids.slot}`
      return { kind: 'order', accountId: ids.accountId, symbol: request.symbol, id }
    }
  }
}

/** Remembers addresses while their actors live. */
export class Addresses {
  readonly #known = new WeakMap<AnyActorRef, Address>()

  of(actor: AnyActorRef, snapshot: AnySnapshot): Address {
    const known = this.#known.get(actor)
    if (known !== undefined) return known
    const address = addressOf(snapshot)
    this.#known.set(actor, address)
    return address
  }
}

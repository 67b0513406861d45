/** An account's money. Identity (P6): equity = deposits + realised + unrealised − fees − funding. */
import { addMoney, dec, type Money, money, ZERO_MONEY } from './units.ts'

export type Ledger = {
  deposits: Money
  /** Price moves of closed quantity, before fees and funding. */
  realised: Money
  fees: Money
  /** Positive when paid. */
  funding: Money
}

export const openLedger = (deposit: Money): Ledger => ({
  deposits: deposit,
  realised: ZERO_MONEY,
  fees: ZERO_MONEY,
  funding: ZERO_MONEY,
})

export const bookTrade = (ledger: Ledger, realised: Money, fee: Money): Ledger => ({
  ...ledger,
  realised: addMoney(ledger.realised, realised),
  fees: addMoney(ledger.fees, fee),
})

/** `paid` is positive when we paid, negative when we received. */
export const bookFunding = (ledger: Ledger, paid: Money): Ledger => ({
  ...ledger,
  funding: addMoney(ledger.funding, paid),
})

/** Money paid in, or out when negative. */
export const bookFlow = (ledger: Ledger, amount: Money): Ledger => ({
  ...ledger,
  deposits: addMoney(ledger.deposits, amount),
})

/** Ledgers are never changed, so the balance of each is computed once, however often it is asked for. */
const balances = new WeakMap<Ledger, Money>()

/** deposits + realised − fees − funding: equity without open profit. */
export const walletBalance = (ledger: Ledger): Money => {
  const known = balances.get(ledger)
  if (known !== undefined) return known
  const { deposits, realised, fees, funding } = ledger
  const balance = money(dec(deposits).plus(realised).minus(fees).minus(funding))
  balances.set(ledger, balance)
  return balance
}

export const equityOf = (ledger: Ledger, unrealised: Money): Money =>
  money(dec(walletBalance(ledger)).plus(unrealised))

/**
 * The composition root: the only place where machines are given services, and where live and simulated part.
 *
 * Everything above (machines, domain) and everything below (venue, store, feeds) is the same in both; what differs is how
 * a service runs: awaited, at once, or after a simulated delay.
 */
import { PaperVenue } from '../adapters/exchange/paper/venue.ts'
import { strategyLabel } from '../domain/deliberate.ts'
import type { CandleSource } from '../domain/feed.ts'
import type { Interval } from '../domain/interval.ts'
import type { Model } from '../domain/model/port.ts'
import type { Store, StoredSnapshot } from '../domain/ports.ts'
import type { AccountSettings, EngineSettings } from '../domain/settings.ts'
import type { Strategy } from '../domain/strategy.ts'
import type { AccountInput } from '../machines/account/context.ts'
import { accountMachine } from '../machines/account.ts'
import { orderMachine } from '../machines/order.ts'
import type { PositionSettings } from '../machines/position/context.ts'
import { positionMachine } from '../machines/position.ts'
import { analyse, STOP_ATR } from './analyse.ts'
import { type Attention, Conductor } from './conductor.ts'
import { cooldownMs } from './cooldown.ts'
import { decide } from './decide.ts'
import { Desk } from './desk.ts'
import type { ExitJournal } from './exit-journal.ts'
import { Journal } from './journal.ts'
import { Market } from './market.ts'
import { requireMarkets } from './market-view.ts'
import { Mirror } from './mirror.ts'
import { Advisors } from './model/advisors.ts'
import { observed } from './observed.ts'
import { cancelOrder, lookupOrder, saveIntent, submitOrder } from './order-services.ts'
import type { PaperVenuePort } from './paper-venue-port.ts'
import { readProtection, setLeverage } from './protect.ts'
import { reconcile } from './reconcile.ts'
import { delayedRunner, InFlight, liveRunner, type Runner, syncRunner } from './service-logic.ts'
import { SimClock } from './sim-clock.ts'
import type { World } from './world.ts'

/** How services run. */
export type Wiring = 'live' | 'simulated' | 'delayed'

/** The charts, before they are given services. */
export type Charts = {
  order: typeof orderMachine
  position: typeof positionMachine
  account: typeof accountMachine
}

/** What a simulation brings along instead of what is made here. */
export type SystemParts = {
  /** How services run; `wiring` still says what becomes of an account that fails. */
  runner?: (clock: SimClock) => Runner
  services?: (own: Services) => Services
  charts?: Partial<Charts>
}

export type SystemOptions<Venue extends PaperVenuePort = PaperVenue> = {
  settings: EngineSettings
  source: CandleSource
  /** By account id. */
  strategies: ReadonlyMap<string, Strategy>
  /** By account id, of those that ask one. */
  models?: ReadonlyMap<string, Model>
  wiring: Wiring
  attention: Attention
  startAt: number
  store?: Pick<Store, 'write'> | null
  lastSeq?: Record<string, number>
  equityMs: number
  /** Where exits are recorded when the store fails. */
  exits?: ExitJournal
  /** Where orders go; a paper venue of its own unless given. */
  venue?: Venue
  /** What time it is; simulated from `startAt` unless given. */
  clock?: SimClock
  parts?: SystemParts
}

export type System<Venue extends PaperVenuePort = PaperVenue> = {
  settings: EngineSettings
  interval: Interval
  clock: SimClock
  venue: Venue
  market: Market
  journal: Journal
  desk: Desk
  conductor: Conductor
  advisors: Advisors
  inFlight: InFlight
  /** Registers what strategies and derived stops read, so that history can be folded before accounts open. */
  requireIndicators(): void
  /** What an account is started with now. */
  inputOf(account: AccountSettings): AccountInput
  /** Opens every account, from its stored snapshot where there is one. */
  openAccounts(snapshots?: readonly StoredSnapshot[]): void
  /** Opens one account while the others run; `saved`: what it goes on from, `null` for a first start. */
  openAccount(account: AccountSettings, strategy: Strategy, saved: unknown): void
  /** Other settings, and where they say so another strategy, for an account that goes on. */
  changeAccount(account: AccountSettings, strategy: Strategy): void
}

/** The services in one place, so that a simulation can put another in the place of one. */
const servicesOf = (world: World) => ({
  saveIntent: saveIntent(world),
  submitOrder: submitOrder(world),
  lookupOrder: lookupOrder(world),
  cancelOrder: cancelOrder(world),
  setLeverage: setLeverage(world),
  readProtection: readProtection(world),
  analyseMarket: analyse(world),
  decide: decide(world),
  reconcileAccount: reconcile(world),
})
export type Services = ReturnType<typeof servicesOf>

/** The three machines with their services, composed from the leaves up: `provide` is not deep. */
const machineWith = (runner: Runner, services: Services, desk: Desk, charts: Partial<Charts> = {}) => {
  const order = (charts.order ?? orderMachine).provide({
    actors: {
      saveIntent: runner(services.saveIntent, 'local'),
      submitOrder: runner(services.submitOrder, 'venue'),
      lookupOrder: runner(services.lookupOrder, 'venue'),
      cancelOrder: runner(services.cancelOrder, 'venue'),
    },
  })
  const position = (charts.position ?? positionMachine).provide({
    actors: {
      order: observed(order, desk),
      setLeverage: runner(services.setLeverage, 'venue'),
      readProtection: runner(services.readProtection, 'venue'),
    },
  })
  const account = (charts.account ?? accountMachine).provide({
    actors: {
      position: observed(position, desk),
      analyseMarket: runner(services.analyseMarket, 'local'),
      decide: runner(services.decide, 'advice'),
      reconcileAccount: runner(services.reconcileAccount, 'venue'),
    },
  })
  return observed(account, desk)
}

const runnerOf = (
  options: Pick<SystemOptions, 'settings' | 'wiring' | 'parts'>,
  clock: SimClock,
  inFlight: InFlight,
): Runner => {
  if (options.parts?.runner !== undefined) return options.parts.runner(clock)
  const thereAndBackMs = () => 2 * options.settings.paper.latencyMs
  if (options.wiring === 'live') return liveRunner(inFlight, clock, thereAndBackMs)
  return options.wiring === 'simulated' ? syncRunner : delayedRunner(clock, thereAndBackMs)
}

const slotsOf = (account: AccountSettings, market: Market): Record<string, PositionSettings> =>
  Object.fromEntries(
    account.assets.map(symbol => {
      const { kind, tickSize, stepSize, minNotional, marketQuantityMax, marginTiers } =
        market.instrument(symbol)
      const limits = { kind, tickSize, stepSize, minNotional, marketQuantityMax, marginTiers }
      const { nakedMsMax, unknownPositions } = account
      const slot = { ...limits, nakedMsMax, cooldownMs: cooldownMs(account), unknownPositions }
      return [symbol, slot]
    }),
  )

const paperVenue = ({ source, settings }: Pick<SystemOptions, 'source' | 'settings'>, clock: SimClock) =>
  new PaperVenue({
    instruments: source.instruments,
    settings: settings.paper,
    clock,
    schedule: (at, call) => clock.at(at, call),
  })

export const createSystem = <Venue extends PaperVenuePort = PaperVenue>(
  options: SystemOptions<Venue>,
): System<Venue> => {
  const { settings, source } = options
  const clock = options.clock ?? new SimClock(options.startAt)
  // Without a venue of the caller's, `Venue` is the paper venue.
  const venue = options.venue ?? (paperVenue(options, clock) as PaperVenuePort as Venue)
  const market = new Market(source.instruments, source.interval)
  const journal = new Journal(options.store ?? null, options.lastSeq)
  const advisors = new Advisors(settings, options.models ?? new Map())
  journal.subscribe(fact => {
    if (!advisors.isEmpty) advisors.note(fact)
  })
  const inFlight = new InFlight()
  const desk = new Desk(
    { clock, market, journal, paper: settings.paper, exits: options.exits ?? null },
    clock,
    options.wiring === 'live' ? 'restart' : 'throw',
  )
  const own = servicesOf(desk.world)
  const services = options.parts?.services?.(own) ?? own
  desk.runWith(machineWith(runnerOf(options, clock, inFlight), services, desk, options.parts?.charts))
  const conductor = new Conductor({
    source,
    venue,
    market,
    desk,
    clock,
    paper: settings.paper,
    outliers: settings.outliers,
    attention: options.attention,
    equityMs: options.equityMs,
  })

  const strategyOf = (account: AccountSettings): Strategy => {
    const strategy = options.strategies.get(account.id)
    if (strategy === undefined) throw new Error(`Invariant: account ${account.id} has no strategy`)
    return strategy
  }

  const requireFor = (account: AccountSettings, strategy: Strategy): void => {
    const rules = strategy.indicators(account.interval)
    const specs = [...rules, ...advisors.indicators(account, market)]
    advisors.openTimeframes(account, market)
    if (options.wiring === 'live') requireMarkets(market, account)
    for (const symbol of account.assets) {
      for (const spec of [STOP_ATR, ...specs]) market.require(symbol, spec, account.interval)
    }
  }

  const requireIndicators = (): void => {
    for (const account of settings.accounts) requireFor(account, strategyOf(account))
  }

  const inputOf = (account: AccountSettings): AccountInput => ({
    settings: account,
    positions: slotsOf(account, market),
    at: clock.now(),
  })

  const open = (account: AccountSettings, strategy: Strategy, saved: unknown): void => {
    venue.openAccount(account.id, account.deposit)
    const seat = {
      settings: account,
      exchange: venue.exchange(account.id),
      strategy,
      advisor: advisors.of(account.id),
      mirror: new Mirror(),
    }
    if (saved === null) {
      journal.record(account.id, clock.now(), {
        type: 'account.started',
        deposit: account.deposit,
        strategy: strategyLabel(account.strategy.name),
        assets: account.assets,
        interval: account.interval,
        mode: settings.mode,
      })
    }
    desk.open(seat, inputOf(account), saved)
  }

  const openAccounts = (snapshots: readonly StoredSnapshot[] = []): void => {
    requireIndicators()
    for (const account of settings.accounts) {
      const saved = snapshots.find(each => each.accountId === account.id)?.body ?? null
      open(account, strategyOf(account), saved)
    }
    conductor.seat()
  }

  const openAccount = (account: AccountSettings, strategy: Strategy, saved: unknown): void => {
    requireFor(account, strategy)
    open(account, strategy, saved)
    conductor.seat()
  }

  const changeAccount = (account: AccountSettings, strategy: Strategy): void => {
    requireFor(account, strategy)
    Object.assign(desk.seat(account.id), { settings: account, strategy, advisor: advisors.of(account.id) })
    desk.change(account.id, inputOf(account))
    conductor.seat()
  }
  return {
    settings,
    interval: source.interval,
    clock,
    venue,
    market,
    journal,
    desk,
    conductor,
    advisors,
    inFlight,
    requireIndicators,
    inputOf,
    openAccounts,
    openAccount,
    changeAccount,
  }
}

/**
 * Watches a running engine: one listener to its facts, a look at the rest from time to time, and everything of it kept
 * where it can be asked for. It decides nothing, and trading never waits for it.
 */
import type { Alert, AlertChange, AlertThresholds, Notice } from '../../domain/alert.ts'
import { strategyLabel } from '../../domain/deliberate.ts'
import {
  type Condition,
  conditionOf,
  type DependencyHealth,
  healthScore,
  type JobHealth,
  type ResourceMeter,
  type Resources,
} from '../../domain/health.ts'
import type { LogReader } from '../../domain/logs.ts'
import type { EngineEvent, EngineView } from '../engine-view.ts'
import { AlertBook, type AlertNews } from './alert-book.ts'
import { AlertRules } from './alert-rules.ts'
import { changesOf } from './checks.ts'
import type { Delivery, Dispatcher } from './dispatcher.ts'
import { EngineGauges } from './engine-gauges.ts'
import { FactMetrics } from './fact-metrics.ts'
import { Jobs } from './jobs.ts'
import { type Histogram, type Metric, Registry } from './metrics.ts'
import { PredictionMetrics } from './prediction-metrics.ts'
import { SignalMetrics } from './signal-metrics.ts'

export type RequestNote = {
  method: string
  /** Pattern of the route: one of few. */
  route: string
  status: number
  seconds: number
  path: string
  requestId: string
  /** Id of the token; `null`: none was shown. */
  by: string | null
}

export type HealthReport = {
  condition: Condition
  score: number
  dependencies: DependencyHealth[]
  resources: Resources | null
  alerts: Alert[]
  jobs: JobHealth[]
  deliveries: Delivery[]
}

/** What the HTTP side asks of it. */
export interface Operations {
  readonly logs: LogReader | null
  metricsText(seesAccount: (accountId: string) => boolean): string
  health(seesAccount: (accountId: string) => boolean): HealthReport
  /** Newest first. */
  alerts(): Alert[]
  /** Tells of each alert that begins, ends or happens; returns what ends it. */
  onNews(listener: (news: AlertNews) => void): () => void
  noteRequest(note: RequestNote): void
}

export type WatchOptions = {
  engine: EngineView
  thresholds: AlertThresholds
  /** Epoch ms, wall clock. */
  now: () => number
  meter?: ResourceMeter
  dispatcher?: Dispatcher
  logs?: LogReader
  /** Told of each alert that begins, ends or happens. */
  onNews?: (notice: Omit<Notice, 'heldBack'>) => void
  onRequest?: (note: RequestNote) => void
  onError?: (job: string, error: unknown) => void
}

const LOOK_MS = 5_000
const FIGURES_MS = 60_000
const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const RESOURCES_MS = 1_000

export class Watch implements Operations {
  readonly logs: LogReader | null
  readonly jobs: Jobs
  readonly #options: WatchOptions
  readonly #registry = new Registry()
  readonly #facts = new FactMetrics(this.#registry)
  readonly #predictions: PredictionMetrics
  readonly #signals: SignalMetrics
  readonly #gauges = new EngineGauges(this.#registry)
  readonly #requests: Metric
  readonly #durations: Histogram
  readonly #alertCount: Metric
  readonly #notices: Metric
  readonly #book = new AlertBook()
  readonly #rules: AlertRules
  readonly #listeners = new Set<(news: AlertNews) => void>()
  #resources: { at: number; value: Resources } | null = null
  /** The latest turn since alerts were last looked up: a meter forgets it once it has been read, whoever read it. */
  #stallMs = 0
  #unsubscribe: () => void = () => {}

  constructor(options: WatchOptions) {
    this.#options = options
    this.logs = options.logs ?? null
    this.#rules = new AlertRules(options.thresholds)
    const registry = this.#registry
    const nameOf = (accountId: string): string | null => {
      const account = options.engine.settings.accounts.find(each => each.id === accountId)
      return account === undefined ? null : (account.model?.name ?? strategyLabel(account.strategy.name))
    }
    this.#predictions = new PredictionMetrics(registry, nameOf)
    this.#signals = new SignalMetrics(registry, nameOf)
    this.#requests = registry.counter('latch_http_requests_total', 'Requests by route, method and status.')
    this.#durations = registry.histogram(
      'latch_http_request_duration_seconds',
      'Time to answer a request, by route.',
      REQUEST_SECONDS,
    )
    this.#alertCount = registry.gauge('latch_alerts_active', 'Alerts that last, by level.')
    this.#notices = registry.counter('latch_alert_notices_total', 'Alerts that began, ended or happened.')
    this.jobs = new Jobs({ now: options.now, onError: options.onError ?? (() => {}) })
  }

  /** Names of all metrics, for those who check what dashboards ask for. */
  get metricNames(): string[] {
    return this.#registry.names
  }

  start(): void {
    const { engine } = this.#options
    this.#unsubscribe = engine.subscribe(event => this.#hear(event))
    this.jobs.start({ name: 'look', everyMs: LOOK_MS, work: () => this.look() })
    this.jobs.start({ name: 'figures', everyMs: FIGURES_MS, work: () => this.#gauges.lookAtFigures(engine) })
  }

  stop(): void {
    this.#unsubscribe()
    this.jobs.stop()
  }

  /** Looks at everything that no fact tells of. */
  look(): void {
    const { engine, thresholds, now } = this.#options
    const resources = this.#measured()
    const sight = {
      status: engine.status(),
      positions: engine.positions(),
      dependencies: engine.ports?.() ?? [],
      resources: resources && { ...resources, loopLagMs: { ...resources.loopLagMs, max: this.#stallMs } },
    }
    this.#stallMs = 0
    const at = now()
    for (const change of changesOf(sight, thresholds)) this.#apply(change, at)
    for (const change of this.#ofTheGone()) this.#apply(change, at)
  }

  metricsText(seesAccount: (accountId: string) => boolean): string {
    this.#gauges.look(this.#options.engine, this.#measured())
    this.#alertCount.clear()
    const active = this.#book.active()
    for (const level of ['warning', 'critical'] as const) {
      this.#alertCount.set(active.filter(each => each.level === level).length, { level })
    }
    return this.#registry.text(({ account_id: id }) => id === undefined || seesAccount(id))
  }

  health(seesAccount: (accountId: string) => boolean): HealthReport {
    const sees = ({ accountId }: { accountId: string | null }) => accountId === null || seesAccount(accountId)
    const dependencies = (this.#options.engine.ports?.() ?? []).filter(sees)
    const alerts = this.#book.active().filter(sees)
    return {
      condition: conditionOf(dependencies, alerts),
      score: healthScore(dependencies, alerts),
      dependencies,
      resources: this.#measured(),
      alerts,
      jobs: this.jobs.health(),
      deliveries: this.#options.dispatcher?.deliveries() ?? [],
    }
  }

  alerts(): Alert[] {
    return this.#book.all()
  }

  onNews(listener: (news: AlertNews) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  noteRequest(note: RequestNote): void {
    const { method, route, status, seconds } = note
    this.#options.onRequest?.(note)
    this.#requests.add({ method, route, status: String(status) })
    this.#durations.observe(seconds, { route })
  }

  /** A reading within a second is the same one: rates need some time between two looks. */
  #measured(): Resources | null {
    const { meter, now } = this.#options
    if (meter === undefined) return null
    const at = now()
    if (this.#resources === null || at - this.#resources.at >= RESOURCES_MS) {
      this.#resources = { at, value: meter.read() }
      this.#stallMs = Math.max(this.#stallMs, this.#resources.value.loopLagMs.max)
    }
    return this.#resources.value
  }

  #hear(event: EngineEvent): void {
    if (event.kind !== 'fact') return
    this.#facts.note(event.fact)
    this.#predictions.note(event.fact)
    this.#signals.note(event.fact)
    for (const change of this.#rules.changes(event.fact)) this.#apply(change, this.#options.now())
  }

  /** A late answer to an account that was removed raises what nothing else would end. */
  #ofTheGone(): AlertChange[] {
    const present = new Set<string | null>(this.#options.engine.settings.accounts.map(each => each.id))
    const gone = this.#book.active().map(each => each.accountId)
    return [...new Set(gone)].flatMap(accountId =>
      accountId === null || present.has(accountId) ? [] : [{ do: 'dismiss', accountId }],
    )
  }

  #apply(change: AlertChange, at: number): void {
    for (const news of this.#book.apply(change, at)) this.#tell(news, at)
  }

  #tell(news: AlertNews, at: number): void {
    const { level, code, accountId } = news.alert
    const { event, message } = news
    this.#notices.add({ event, code, level })
    const notice = { event, level, code, accountId, message, at }
    this.#options.onNews?.(notice)
    this.#options.dispatcher?.send(notice)
    for (const listener of this.#listeners) listener(news)
  }
}

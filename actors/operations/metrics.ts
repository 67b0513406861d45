/**
 * Prometheus text format 0.0.4, written by ourselves: counters, gauges and histograms with bounded numbers of series.
 *
 * Label values come from closed sets (codes, routes, accounts of the configuration); should one not, series beyond the
 * bound are added up under `other`, so that no input can fill the memory.
 */

export type Labels = Readonly<Record<string, string>>

const SERIES_MAX = 20_000
const OTHER = 'other'

type Series = { labels: Labels; value: number }
type Kind = 'counter' | 'gauge'
/** Which series the asker may see. */
export type Sees = (labels: Labels) => boolean

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')

const labelText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}

const header = (name: string, help: string, type: string): string =>
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`

/** Series by their labels, never more than the bound. */
class SeriesTable<Value> {
  readonly #series = new Map<string, { labels: Labels; value: Value }>()
  readonly #first: () => Value

  constructor(first: () => Value) {
    this.#first = first
  }

  at(labels: Labels): { labels: Labels; value: Value } {
    const key = labelText(labels)
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size >= SERIES_MAX && !Object.values(labels).every(value => value === OTHER)) {
      return this.at(Object.fromEntries(Object.keys(labels).map(name => [name, OTHER])))
    }
    const made = { labels, value: this.#first() }
    this.#series.set(key, made)
    return made
  }

  clear(): void {
    this.#series.clear()
  }

  seen(sees: Sees): { labels: Labels; value: Value }[] {
    return [...this.#series.values()].filter(each => sees(each.labels))
  }
}

/** A counter or a gauge. */
export class Metric {
  readonly name: string
  readonly #help: string
  readonly #kind: Kind
  readonly #table = new SeriesTable(() => 0)

  constructor(kind: Kind, name: string, help: string) {
    this.name = name
    this.#help = help
    this.#kind = kind
  }

  add(labels: Labels = {}, amount = 1): void {
    if (Number.isFinite(amount)) this.#table.at(labels).value += amount
  }

  set(value: number, labels: Labels = {}): void {
    this.#table.at(labels).value = value
  }

  /** Of gauges that are looked up anew for each scrape. */
  clear(): void {
    this.#table.clear()
  }

  series(sees: Sees = () => true): Series[] {
    return this.#table.seen(sees)
  }

  text(sees: Sees): string {
    const lines = this.series(sees).map(
      each => `${this.name}${labelText(each.labels)} ${numberText(each.value)}\n`,
    )
    return header(this.name, this.#help, this.#kind) + lines.join('')
  }
}

type Buckets = { counts: number[]; sum: number; count: number }

export class Histogram {
  readonly name: string
  readonly #help: string
  readonly #bounds: readonly number[]
  readonly #table: SeriesTable<Buckets>

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name
    this.#help = help
    this.#bounds = bounds
    this.#table = new SeriesTable(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }))
  }

  observe(value: number, labels: Labels = {}): void {
    if (!Number.isFinite(value)) return
    const { value: buckets } = this.#table.at(labels)
    const index = this.#bounds.findIndex(bound => value <= bound)
    if (index >= 0) buckets.counts[index] = (buckets.counts[index] ?? 0) + 1
    buckets.sum += value
    buckets.count += 1
  }

  text(sees: Sees): string {
    const lines = this.#table.seen(sees).flatMap(({ labels, value }) => {
      let below = 0
      const buckets = this.#bounds.map((bound, index) => {
        below += value.counts[index] ?? 0
        return `${this.name}_bucket${labelText({ ...labels, le: numberText(bound) })} ${below}\n`
      })
      return [
        ...buckets,
        `${this.name}_bucket${labelText({ ...labels, le: '+Inf' })} ${value.count}\n`,
        `${this.name}_sum${labelText(labels)} ${numberText(value.sum)}\n`,
        `${this.name}_count${labelText(labels)} ${value.count}\n`,
      ]
    })
    return header(this.name, this.#help, 'histogram') + lines.join('')
  }
}

/** All metrics of a process, in the order they were made. */
export class Registry {
  readonly #metrics: (Metric | Histogram)[] = []

  counter(name: string, help: string): Metric {
    return this.#keep(new Metric('counter', name, help))
  }

  gauge(name: string, help: string): Metric {
    return this.#keep(new Metric('gauge', name, help))
  }

  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    return this.#keep(new Histogram(name, help, bounds))
  }

  get names(): string[] {
    return this.#metrics.map(each => each.name)
  }

  text(sees: Sees = () => true): string {
    return this.#metrics.map(each => each.text(sees)).join('')
  }

  #keep<Kept extends Metric | Histogram>(metric: Kept): Kept {
    if (this.names.includes(metric.name)) throw new Error(`Invariant: two metrics are named ${metric.name}`)
    this.#metrics.push(metric)
    return metric
  }
}

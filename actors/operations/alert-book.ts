/** The alerts that last and the latest that are over. The same trouble is one alert however often it is said. */
import type { Alert, AlertChange, AlertSubject } from '../../domain/alert.ts'

/** Alerts that are over and still shown. */
const PAST_MAX = 500
/** Alerts that last at once; a key more is not taken, which only a fault of ours could make. */
const ACTIVE_MAX = 10_000

export type AlertNews = { event: 'raised' | 'cleared' | 'told'; alert: Alert }

export class AlertBook {
  readonly #active = new Map<string, Alert>()
  readonly #past: Alert[] = []
  #lastId = 0

  /** What is new of it; `null` when it was known already. */
  apply(change: AlertChange, at: number): AlertNews | null {
    if (change.do === 'clear') return this.#clear(change.key, at)
    if (change.do === 'tell') {
      const alert = { ...this.#make(change.subject, at), clearedAt: at }
      this.#bury(alert)
      return { event: 'told', alert }
    }
    if (this.#active.has(change.subject.key) || this.#active.size >= ACTIVE_MAX) return null
    const alert = this.#make(change.subject, at)
    this.#active.set(alert.key, alert)
    return { event: 'raised', alert }
  }

  isActive(key: string): boolean {
    return this.#active.has(key)
  }

  /** Newest first. */
  active(): Alert[] {
    return [...this.#active.values()].toReversed()
  }

  /** Those that last and those that are over, newest first. */
  all(): Alert[] {
    return [...this.#active.values(), ...this.#past].toSorted((a, b) => b.id - a.id)
  }

  #make(subject: AlertSubject, at: number): Alert {
    this.#lastId += 1
    return { ...subject, id: this.#lastId, raisedAt: at, clearedAt: null }
  }

  #clear(key: string, at: number): AlertNews | null {
    const alert = this.#active.get(key)
    if (alert === undefined) return null
    this.#active.delete(key)
    const cleared = { ...alert, clearedAt: at }
    this.#bury(cleared)
    return { event: 'cleared', alert: cleared }
  }

  #bury(alert: Alert): void {
    this.#past.push(alert)
    if (this.#past.length > PAST_MAX) this.#past.shift()
  }
}

/** The alerts that last and the latest that are over. The same trouble is one alert however often it is said. */
import type { Alert, AlertChange, AlertSubject } from '../../domain/alert.ts'

/** Alerts that are over and still shown. */
const PAST_MAX = 500
/** Alerts that last at once; a key more is not taken, which only a fault of ours could make. */
const ACTIVE_MAX = 10_000

/** `message`: of one that is cleared, that it is over. */
export type AlertNews = { event: 'raised' | 'cleared' | 'told'; alert: Alert; message: string }

export class AlertBook {
  /** By key, with what is said when it is over. */
  readonly #active = new Map<string, { alert: Alert; over: string }>()
  readonly #past: Alert[] = []
  #lastId = 0

  /** What is new of it; nothing when it was known already. */
  apply(change: AlertChange, at: number): AlertNews[] {
    if (change.do === 'clear') return this.#clear(change.key, at)
    if (change.do === 'dismiss') return this.#dismiss(change.accountId, at)
    if (change.do === 'tell') {
      const alert = { ...this.#make(change.subject, at), clearedAt: at }
      this.#bury(alert)
      return [{ event: 'told', alert, message: alert.message }]
    }
    if (this.#active.has(change.subject.key) || this.#active.size >= ACTIVE_MAX) return []
    const alert = this.#make(change.subject, at)
    this.#active.set(alert.key, { alert, over: change.over })
    return [{ event: 'raised', alert, message: alert.message }]
  }

  isActive(key: string): boolean {
    return this.#active.has(key)
  }

  /** Newest first. */
  active(): Alert[] {
    return [...this.#active.values()].map(each => each.alert).toReversed()
  }

  /** Those that last and those that are over, newest first. */
  all(): Alert[] {
    return [...this.active(), ...this.#past].toSorted((a, b) => b.id - a.id)
  }

  #make(subject: AlertSubject, at: number): Alert {
    this.#lastId += 1
    return { ...subject, id: this.#lastId, raisedAt: at, clearedAt: null }
  }

  /** What lasted has not become right; there is nobody any more that it is true of. */
  #dismiss(accountId: string, at: number): AlertNews[] {
    return this.active()
      .filter(alert => alert.accountId === accountId)
      .flatMap(({ key, message }) =>
        this.#clear(key, at, `Account ${accountId} was removed. Over with it: ${message}`),
      )
  }

  #clear(key: string, at: number, words?: string): AlertNews[] {
    const found = this.#active.get(key)
    if (found === undefined) return []
    this.#active.delete(key)
    const alert = { ...found.alert, clearedAt: at }
    this.#bury(alert)
    return [{ event: 'cleared', alert, message: words ?? found.over }]
  }

  #bury(alert: Alert): void {
    this.#past.push(alert)
    if (this.#past.length > PAST_MAX) this.#past.shift()
  }
}

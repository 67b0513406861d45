/** Daily returns chained into days, ISO weeks and calendar months, all in UTC. */
import { DAY_MS } from '../interval.ts'
import { chain, type DailyReturn } from './daily.ts'
import { plainOrNull } from './plain.ts'

export const PERIODS = ['day', 'week', 'month'] as const
/** UTC days, ISO weeks (Monday to Sunday) and calendar months. */
export type Period = (typeof PERIODS)[number]

export type PeriodReturn = {
  /** 00:00 UTC of the period's first day, epoch ms. */
  startAt: number
  /** `null` when no day in it has a return. */
  percent: string | null
}

/** Monday of the ISO week: 1970-01-01 was a Thursday, three days after one. */
const weekStart = (dayAt: number): number => {
  const day = dayAt / DAY_MS
  return (day - ((((day + 3) % 7) + 7) % 7)) * DAY_MS
}

const monthStart = (dayAt: number): number => dayAt - (new Date(dayAt).getUTCDate() - 1) * DAY_MS

const STARTS: Record<Period, (dayAt: number) => number> = {
  day: dayAt => dayAt,
  week: weekStart,
  month: monthStart,
}

/** 00:00 UTC of the first day of the period that a day is in. */
export const periodStart = (period: Period, dayAt: number): number => STARTS[period](dayAt)

/** 00:00 UTC at which the period that begins at `startAt` ends; that instant is still in it. */
export const periodEnd = (period: Period, startAt: number): number => {
  if (period === 'day') return startAt + DAY_MS
  if (period === 'week') return startAt + 7 * DAY_MS
  const date = new Date(startAt)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

const grouped = (days: readonly DailyReturn[], startOf: (dayAt: number) => number): PeriodReturn[] => {
  const periods = new Map<number, DailyReturn[]>()
  for (const day of days) {
    const startAt = startOf(day.dayAt)
    const own = periods.get(startAt)
    if (own === undefined) periods.set(startAt, [day])
    else own.push(day)
  }
  return [...periods].map(([startAt, own]) => {
    const known = own.some(day => day.return !== null)
    return { startAt, percent: plainOrNull(known ? chain(own).times(100) : null) }
  })
}

export const byDay = (days: readonly DailyReturn[]): PeriodReturn[] => grouped(days, STARTS.day)
export const byWeek = (days: readonly DailyReturn[]): PeriodReturn[] => grouped(days, STARTS.week)
export const byMonth = (days: readonly DailyReturn[]): PeriodReturn[] => grouped(days, STARTS.month)

/** Lines of the log as they are shown: what each of them has, and the whole line beside it. */
import { z } from '@hono/zod-openapi'
import { visible } from '../../domain/text.ts'
import { text } from './shape.ts'

export const LogLine = z
  .strictObject({
    time: text('When, UTC.').nullable(),
    level: text('DEBUG, INFO, WARNING, ERROR or CRITICAL.').nullable(),
    component: text('Part of the engine.').nullable(),
    account_id: text('Account, of lines about one.').nullable(),
    correlation_id: text('The same for every step of one decision and its orders.').nullable(),
    message: text('What happened.').nullable(),
    line: text('The whole line as JSON.'),
  })
  .openapi('LogLine')

export type LogLine = z.infer<typeof LogLine>

const fieldsOf = (line: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // A line that a crash has cut is shown as it is.
    return {}
  }
}

export const presentLogLine = (line: string): LogLine => {
  const fields = fieldsOf(line)
  const own = (name: string): string | null => {
    const value = fields[name]
    return typeof value === 'string' ? visible(value) : null
  }
  return {
    time: own('time'),
    level: own('level'),
    component: own('component'),
    account_id: own('account_id'),
    correlation_id: own('correlation_id'),
    message: own('message'),
    line: visible(line),
  }
}

export const logLineExample: LogLine = {
  time: '2026-01-02T03:30:00.123Z',
  level: 'INFO',
  component: 'orders',
  account_id: 'main',
  correlation_id: 'main-BTC-mjwpr1c0',
  message: 'order sent',
  line: '{"level":"INFO","time":"2026-01-02T03:30:00.123Z","component":"orders","account_id":"main","correlation_id":"main-BTC-mjwpr1c0","message":"order sent"}',
}

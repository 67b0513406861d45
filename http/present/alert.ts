/** Alerts as they are shown. Their messages may hold text from outside, made visible here. */
import { z } from '@hono/zod-openapi'
import { ALERT_LEVELS, type Alert as EngineAlert } from '../../domain/alert.ts'
import { visible } from '../../domain/text.ts'
import { choice, count, flag, iso, isoOrNull, moment, text } from './shape.ts'

export const Alert = z
  .strictObject({
    id: count('Counts the alerts of this process.'),
    code: text('Kind of trouble.'),
    level: choice(ALERT_LEVELS, 'How bad it is.'),
    account_id: text('Account; `null`: the engine as a whole.').nullable(),
    message: text('What is wrong, with the value and its line.'),
    active: flag('It lasts.'),
    raised_at: moment('When it began.'),
    cleared_at: moment('When it ended; `null` while it lasts.').nullable(),
  })
  .openapi('Alert')

export type Alert = z.infer<typeof Alert>

export const presentAlert = (alert: EngineAlert): Alert => ({
  id: alert.id,
  code: alert.code,
  level: alert.level,
  account_id: alert.accountId,
  message: visible(alert.message),
  active: alert.clearedAt === null,
  raised_at: iso(alert.raisedAt),
  cleared_at: isoOrNull(alert.clearedAt),
})

export const alertExample: Alert = {
  id: 3,
  code: 'drawdown_limit',
  level: 'critical',
  account_id: 'main',
  message: 'Drawdown of account main is 0.2513, its line is 0.25.',
  active: true,
  raised_at: '2026-01-02T03:30:00.000Z',
  cleared_at: null,
}

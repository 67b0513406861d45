/**
 * Steering accounts and positions. Every path is a POST, takes the scope `trade` or more, acts at once, and answers when
 * it has come true: 200 then, 202 when something is still open after the limit, or at once with `wait=false`. What makes an
 * account safer is one call; re-arming takes an admin, who says again what it is about.
 */
import { z } from '@hono/zod-openapi'
import type { ControlName } from '../../domain/control.ts'
import { exerciseScope } from '../audit.ts'
import type { Scope } from '../auth.ts'
import { readBody } from '../body.ts'
import { confirm, requireConfirm } from '../confirm.ts'
import type { App, RouteDeps } from '../context.ts'
import { Problem } from '../problem.ts'
import { accountParams } from '../query.ts'
import { accountOf, visibleAccounts } from '../scope.ts'
import { commandRoute, reason, tell } from './control-route.ts'

type AccountCommand = {
  name: Exclude<ControlName, 'close' | 'rearm'>
  path: string
  summary: string
  scope: Scope
}

const ACCOUNT_COMMANDS: AccountCommand[] = [
  { name: 'pause', path: 'pause', scope: 'trade', summary: 'Make no decisions; positions stay protected' },
  { name: 'resume', path: 'resume', scope: 'trade', summary: 'End a pause or a drain' },
  {
    name: 'stop_entries',
    path: 'stop-entries',
    scope: 'trade',
    summary: 'Refuse entries; exits go on, those of the strategy too',
  },
  { name: 'allow_entries', path: 'allow-entries', scope: 'trade', summary: 'Take entries again' },
  {
    name: 'drain',
    path: 'drain',
    scope: 'trade',
    summary: 'Refuse entries, let positions end by themselves, then pause',
  },
  { name: 'close_all', path: 'close-all', scope: 'trade', summary: 'Close every position, and go on' },
  {
    name: 'panic',
    path: 'panic',
    scope: 'trade',
    summary: 'Cancel entries, close everything, and halt until re-armed',
  },
  {
    name: 'stop',
    path: 'stop',
    scope: 'admin',
    summary: 'Close everything and end the account until it is started',
  },
]

const ReasonBody = z.strictObject({ reason }, 'an object')
const RearmBody = z.strictObject(
  { confirm: confirm('The id of the account again: it may trade from here on.'), reason },
  'an object',
)
const fractionText = 'a number above 0, at most 1'
const CloseBody = z.strictObject(
  {
    fraction: z
      .number(fractionText)
      .gt(0, fractionText)
      .max(1, fractionText)
      .default(1)
      .openapi({ description: 'Part of what is open now, (0, 1].' }),
    reason,
  },
  'an object',
)
const positionParams = z.object({
  position_id: z.string().openapi({ description: 'Id of an open position.', example: 'default-BTC-1' }),
})

export const controlRoutes = (app: App, { engine }: RouteDeps): void => {
  for (const { name, path, summary, scope } of ACCOUNT_COMMANDS) {
    const route = commandRoute(app, {
      path: `/accounts/{account_id}/${path}`,
      command: name,
      summary,
      scope,
      params: accountParams,
      body: ReasonBody,
      example: { reason: 'news at noon' },
    })
    app.openapi(route, async c => {
      const grant = c.get('grant')
      exerciseScope(c, scope)
      const account = accountOf(engine, grant, String(c.req.param('account_id')))
      const { reason = null } = await readBody(c, ReasonBody)
      return tell(c, engine, [account.id], { name, reason })
    })
  }

  const rearm = commandRoute(app, {
    path: '/accounts/{account_id}/rearm',
    command: 'rearm',
    needsBody: true,
    summary: 'End a halt, by hand or by a limit',
    description:
      'Entries are taken again, so that it takes the scope `admin`, and the id of the account again.',
    scope: 'admin',
    params: accountParams,
    body: RearmBody,
    example: { confirm: 'default', reason: 'the exchange is well again' },
  })
  app.openapi(rearm, async c => {
    exerciseScope(c, 'admin')
    const account = accountOf(engine, c.get('grant'), String(c.req.param('account_id')))
    const { confirm: said, reason = null } = await readBody(c, RearmBody)
    requireConfirm(said, [account.id], 'Re-arming lets the account trade again')
    return tell(c, engine, [account.id], { name: 'rearm', reason })
  })

  const close = commandRoute(app, {
    path: '/positions/{position_id}/close',
    command: 'close',
    summary: 'Close a position, or part of it',
    description: 'On paper it fills at the next price. Asked twice for a part, it closes a part twice.',
    scope: 'trade',
    params: positionParams,
    body: CloseBody,
    example: { fraction: 0.5 },
  })
  app.openapi(close, async c => {
    const grant = c.get('grant')
    exerciseScope(c, 'trade')
    const id = String(c.req.param('position_id'))
    const visible = new Set(visibleAccounts(engine, grant).map(each => each.id))
    const position = engine.positions().find(each => each.positionId === id && visible.has(each.accountId))
    if (position === undefined) throw positionUnknown(id)
    const { fraction, reason = null } = await readBody(c, CloseBody)
    return tell(c, engine, [position.accountId], { name: 'close', symbol: position.symbol, fraction, reason })
  })
}

const positionUnknown = (id: string): Problem =>
  new Problem('position_unknown', {
    detail: `There is no open position '${id.slice(0, 100)}'.`,
    remedy: 'GET /positions lists the open positions this token sees.',
  })

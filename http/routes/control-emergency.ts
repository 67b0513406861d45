/** The emergency stop: halts accounts until it is reset, whatever restarts come in between. */
import { z } from '@hono/zod-openapi'
import { exerciseScope } from '../audit.ts'
import { bodyAccountIds, readBody } from '../body.ts'
import { confirm, requireConfirm } from '../confirm.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { selectedAccounts } from '../scope.ts'
import { commandRoute, reason, tell } from './control-route.ts'

const StopBody = z.strictObject(
  {
    account_id: bodyAccountIds,
    close_positions: z
      .boolean('true or false')
      .default(false)
      .openapi({ description: 'Close what is open, too; else it stays protected by its stops.' }),
    reason,
  },
  'an object',
)
const ALL = 'all'
const ResetBody = StopBody.omit({ close_positions: true }).extend({
  confirm: confirm('What `account_id` says, again; `all` when that is left out.'),
})

export const emergencyRoutes = (app: App, { engine }: RouteDeps): void => {
  const idsOf = (c: HttpContext, asked: string | string[] | undefined): string[] =>
    selectedAccounts(engine, c.get('grant'), typeof asked === 'string' ? [asked] : asked).map(each => each.id)

  const stop = commandRoute(app, {
    path: '/emergency-stop',
    command: 'panic',
    summary: 'Halt accounts until they are reset: no entries, entry orders cancelled',
    description:
      'Survives a restart. Positions are closed if asked for, else they stay protected by their stops.',
    scope: 'trade',
    body: StopBody,
    example: { close_positions: true, reason: 'exchange in trouble' },
  })
  app.openapi(stop, async c => {
    exerciseScope(c, 'trade')
    const { account_id, close_positions, reason = null } = await readBody(c, StopBody)
    return tell(c, engine, idsOf(c, account_id), { name: close_positions ? 'panic' : 'halt', reason })
  })

  const reset = commandRoute(app, {
    path: '/emergency-stop/reset',
    command: 'rearm',
    needsBody: true,
    summary: 'End the halt of accounts',
    description:
      'Entries are taken again, so that it takes the scope `admin`, and the ids of the accounts again.',
    scope: 'admin',
    body: ResetBody,
    example: { account_id: 'default', confirm: 'default' },
  })
  app.openapi(reset, async c => {
    exerciseScope(c, 'admin')
    const { account_id, confirm: said, reason = null } = await readBody(c, ResetBody)
    const ids = idsOf(c, account_id)
    requireConfirm(said, account_id === undefined ? [ALL] : ids, 'Re-arming lets accounts trade again')
    return tell(c, engine, ids, { name: 'rearm', reason })
  })
}

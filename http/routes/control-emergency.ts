/** The emergency stop: halts accounts until it is reset, whatever restarts come in between. */
import { z } from '@hono/zod-openapi'
import { exerciseScope } from '../audit.ts'
import { readBody } from '../body.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { selectedAccounts } from '../scope.ts'
import { commandRoute, reason, tell } from './control-route.ts'

const accountText = 'the id of an account, or a list of ids'
const AccountIds = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], accountText)
const StopBody = z.strictObject(
  {
    account_id: AccountIds.optional().openapi({
      description: 'Only these accounts; every account of the token when left out.',
    }),
    close_positions: z
      .boolean('true or false')
      .default(false)
      .openapi({ description: 'Close what is open, too; else it stays protected by its stops.' }),
    reason,
  },
  'an object',
)
const ResetBody = StopBody.omit({ close_positions: true })

export const emergencyRoutes = (app: App, { engine }: RouteDeps): void => {
  const idsOf = (c: HttpContext, asked: string | string[] | undefined): string[] =>
    selectedAccounts(engine, c.get('grant'), typeof asked === 'string' ? [asked] : asked).map(each => each.id)

  const stop = commandRoute(app, {
    path: '/emergency-stop',
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
    summary: 'End the halt of accounts',
    scope: 'trade',
    body: ResetBody,
    example: { account_id: 'default' },
  })
  app.openapi(reset, async c => {
    exerciseScope(c, 'trade')
    const { account_id, reason = null } = await readBody(c, ResetBody)
    return tell(c, engine, idsOf(c, account_id), { name: 'rearm', reason })
  })
}

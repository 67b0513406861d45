/** What all commands have in common: how they are described, how they are told to the engine and answered. */
import { createRoute, z } from '@hono/zod-openapi'
import type { ControlCommand, EngineControl } from '../../actors/engine-control.ts'
import type { EngineView } from '../../actors/engine-view.ts'
import type { ControlName } from '../../domain/control.ts'
import { scrub } from '../../domain/scrub.ts'
import { noteAudit } from '../audit.ts'
import type { Scope } from '../auth.ts'
import type { App, HttpContext } from '../context.ts'
import { acknowledgementExamples, Acknowledgements, presentAcknowledgements } from '../present/control.ts'
import { choice, query } from '../query.ts'
import { ADMIN_ACCESS, answersCommand, TRADE_ACCESS } from './answers.ts'

const REASON_MAX = 200
/** Accounts whose state an audit row tells; the facts have all of them. */
const AUDITED_MAX = 50
const text = `a text of at most ${REASON_MAX} characters`
export const reason = z
  .string(text)
  .max(REASON_MAX, text)
  .optional()
  .openapi({ description: 'Why; kept in the journal and the diary.' })

const WAIT = {
  wait: choice(['true', 'false'], '`false`: answer as soon as the command is durable, with 202.'),
}

type Documented = {
  path: string
  /** What is said for the example of a body, as the example of an answer tells it. */
  command: ControlName
  summary: string
  description?: string
  scope: Scope
  params?: z.ZodObject
  body: z.ZodObject
  /** It asks for something in its body each time; else it may be left out. */
  needsBody?: boolean
  example: object
}

/** Served without the body, which `readBody` takes whatever its content type; described with it. */
export const commandRoute = (
  app: App,
  { command, body, needsBody = false, example, params, scope, ...about }: Documented,
) => {
  const request = { ...(params === undefined ? {} : { params }), query: query(WAIT) }
  const common = {
    ...about,
    method: 'post' as const,
    tags: ['Control'],
    security: scope === 'admin' ? ADMIN_ACCESS : TRADE_ACCESS,
    responses: answersCommand(
      'It has come true.',
      'Taken and durable; not all of it has come true yet, or can.',
      Acknowledgements,
      acknowledgementExamples(command),
    ),
  }
  const content = { 'application/json': { schema: body, example } }
  app.openAPIRegistry.registerPath({
    ...common,
    request: { ...request, body: { content, required: needsBody } },
  })
  return createRoute({ ...common, request, hide: true })
}

/** Says it in the name of the token, and answers with what came of it. */
export const tell = async (
  c: HttpContext,
  engine: EngineView & EngineControl,
  accounts: readonly string[],
  command: ControlCommand,
) => {
  const told = new Set(accounts.slice(0, AUDITED_MAX))
  const before = engine.status().accounts.filter(each => told.has(each.id))
  noteAudit(c, { accounts, before: Object.fromEntries(before.map(each => [each.id, { state: each.state }])) })
  const wait = c.req.query('wait') !== 'false'
  const said = await engine.command(
    accounts,
    { ...command, reason: command.reason === null ? null : scrub(command.reason) },
    { by: `token:${c.get('grant').id}`, wait },
  )
  const after = said
    .slice(0, AUDITED_MAX)
    .map(each => [each.accountId, { done: each.done, state: each.state }])
  noteAudit(c, { accounts, after: Object.fromEntries(after) })
  const answer = presentAcknowledgements(said)
  return c.json(answer, wait && answer.acknowledged ? 200 : 202)
}

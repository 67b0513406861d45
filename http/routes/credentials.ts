/** Credentials of an account: given, told of, taken away; never read back. */
import { createRoute, z } from '@hono/zod-openapi'
import { CREDENTIAL_FIELDS, type CredentialField, type CredentialStore } from '../../domain/credential.ts'
import { Secret } from '../../domain/secret.ts'
import { exerciseScope, noteAudit } from '../audit.ts'
import { readBody } from '../body.ts'
import { confirm, requireConfirm } from '../confirm.ts'
import type { App, HttpContext, RouteDeps } from '../context.ts'
import { Credentials, credentialsExample, presentCredentials } from '../present/credential.ts'
import { Problem } from '../problem.ts'
import { accountParams, noQuery } from '../query.ts'
import { accountOf } from '../scope.ts'
import { ADMIN_ACCESS, answers, problems } from './answers.ts'

const aKey = 'a key of 8 to 4096 characters without spaces'
const keyText = `${aKey}, or null to take it away`
const keyOf = (text: string) => z.string(text).regex(/^[\x21-\x7e]{8,4096}$/, text)

/** A key in the body of another request; never told back. */
export const modelKey = keyOf(aKey)

const CredentialBody = z.strictObject(
  {
    model_api_key: keyOf(keyText)
      .nullable()
      .openapi({ description: 'Key of the model, for the host of its address; null takes it away.' }),
    confirm: confirm('The id of the account again; not asked for to take a key away.'),
  },
  'an object',
)

const read = createRoute({
  method: 'get',
  path: '/accounts/{account_id}/credentials',
  tags: ['Access'],
  summary: 'Which credentials an account has; never what they are',
  security: ADMIN_ACCESS,
  request: { params: accountParams, query: noQuery },
  responses: {
    ...answers('One item per kind of credential.', Credentials, credentialsExample),
    ...problems('credentials_unavailable'),
  },
})

const write = createRoute({
  method: 'put',
  path: '/accounts/{account_id}/credentials',
  tags: ['Access'],
  summary: 'Set or take away a credential; it is kept encrypted and used from the next start on',
  description: 'It is bound to the host of the model’s address. A key in the configuration goes first.',
  security: ADMIN_ACCESS,
  request: { params: accountParams, query: noQuery },
  responses: {
    ...answers('What the account has now.', Credentials, credentialsExample),
    ...problems('credential_unusable', 'credentials_unavailable'),
  },
})

/** @throws Problem `credentials_unavailable`. */
export const keeping = (credentials: CredentialStore | null): CredentialStore => {
  if (credentials !== null) return credentials
  throw new Problem('credentials_unavailable', {
    detail: 'This engine keeps no credentials.',
    remedy: 'Give the key in the configuration or the environment.',
  })
}

export const credentialRoutes = (app: App, { engine, credentials }: RouteDeps): void => {
  const accountIn = (c: HttpContext): string =>
    accountOf(engine, c.get('grant'), String(c.req.param('account_id'))).id

  app.openapi(read, c => {
    exerciseScope(c, 'admin')
    const accountId = accountIn(c)
    noteAudit(c, { accounts: [accountId] })
    return c.json(presentCredentials(accountId, keeping(credentials).describe(accountId)), 200)
  })

  const content = {
    'application/json': {
      schema: CredentialBody,
      example: { model_api_key: 'the-key-of-the-model', confirm: 'default' },
    },
  }
  app.openAPIRegistry.registerPath({
    ...write,
    request: { ...write.request, body: { content, required: true } },
  })
  app.openapi({ ...write, hide: true }, async c => {
    exerciseScope(c, 'admin')
    const accountId = accountIn(c)
    noteAudit(c, { accounts: [accountId] })
    const store = keeping(credentials)
    const body = await readBody(c, CredentialBody)
    if (CREDENTIAL_FIELDS.some(field => body[field] !== null)) {
      requireConfirm(body.confirm, [accountId], 'The account acts with this key from the next start on')
    }
    const before = presentCredentials(accountId, store.describe(accountId))
    for (const field of CREDENTIAL_FIELDS) {
      change(store, accountId, field, body[field], hostOf(engine, accountId))
    }
    const after = presentCredentials(accountId, store.describe(accountId))
    noteAudit(c, { before: before.items, after: after.items })
    return c.json(after, 200)
  })
}

const hostOf = (engine: RouteDeps['engine'], accountId: string): string | null => {
  const url = engine.settings.accounts.find(each => each.id === accountId)?.model?.baseUrl ?? ''
  return URL.canParse(url) ? new URL(url).host : null
}

const change = (
  store: CredentialStore,
  accountId: string,
  field: CredentialField,
  value: string | null,
  host: string | null,
): void => {
  if (value === null) return void store.remove(accountId, field)
  if (host === null) {
    throw new Problem('credential_unusable', {
      detail: `Account ${accountId} asks no model over the network, so that a key has no host to go to.`,
      remedy: 'Give the account a model first.',
    })
  }
  store.put(accountId, field, new Secret(value), host)
}

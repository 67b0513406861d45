/** Credentials of an account: whether there is one, never what it is. */
import { z } from '@hono/zod-openapi'
import { CREDENTIAL_FIELDS, type CredentialInfo } from '../../domain/credential.ts'
import { choice, count, flag, isoOrNull, moment, text } from './shape.ts'

export const Credential = z
  .strictObject({
    field: choice(CREDENTIAL_FIELDS, 'What it is for.'),
    has_key: flag('One is kept.'),
    last4: text('Its last four characters, if it is long enough to spare them.').nullable(),
    host: text('Host it is sent to, and no other.').nullable(),
    updated_at: moment('When it was set.').nullable(),
    key_version: count('Number of the master key it is encrypted with.').nullable(),
  })
  .openapi('Credential')

export const Credentials = z
  .strictObject({ account_id: text('Identity of the account.'), items: z.array(Credential) })
  .openapi('Credentials')
export type Credentials = z.infer<typeof Credentials>

export const presentCredentials = (
  accountId: string,
  credentials: readonly CredentialInfo[],
): Credentials => ({
  account_id: accountId,
  items: credentials.map(each => ({
    field: each.field,
    has_key: each.hasKey,
    last4: each.last4,
    host: each.host,
    updated_at: isoOrNull(each.updatedAt),
    key_version: each.keyVersion,
  })),
})

export const credentialsExample: Credentials = {
  account_id: 'default',
  items: [
    {
      field: 'model_api_key',
      has_key: true,
      last4: 'x9Qf',
      host: 'openrouter.ai',
      updated_at: '2026-01-02T03:00:00.000Z',
      key_version: 1,
    },
  ],
}

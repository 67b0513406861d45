/** A key that comes with an account that is added: kept before the account is, so that a restart finds both. */
import type { Secret } from '../domain/secret.ts'
import type { AccountSettings } from '../domain/settings.ts'
import { AdminRefused } from './account-admin.ts'

export type GivenKey = {
  value: Secret
  /** Keeps it for this host and no other. Throws when it cannot be kept. */
  keep(host: string): void
}

/** Keeps the key for the address of the account's model. @throws AdminRefused for an account that asks none over the network. */
export const keepKey = ({ id, model }: AccountSettings, key: GivenKey | undefined): void => {
  if (key === undefined) return
  if (model === null || model.kind !== 'openai' || !URL.canParse(model.baseUrl)) {
    const message = 'has no host to go to: the account asks no model over the network'
    const problems = [{ path: 'model_api_key', message, remedy: 'Leave it out, or say which model to ask.' }]
    throw new AdminRefused('invalid', `model_api_key of ${id} ${message}`, { problems })
  }
  key.keep(new URL(model.baseUrl).host)
}

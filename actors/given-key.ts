/** A key that comes with an account that is added: kept before the account is, so that a restart finds both. */
import type { Secret } from '../domain/secret.ts'
import type { AccountSettings } from '../domain/settings.ts'
import { AdminRefused } from './account-admin.ts'

export type GivenKey = {
  value: Secret
  /** Keeps it for this host and no other. Throws when it cannot be kept. */
  keep(host: string): void
  /** Takes it away again. Throws when that fails. */
  drop(): void
}

/**
 * Keeps the key for the address of the account's model while `work` adds the account, and takes it away where that fails.
 * @throws AdminRefused for an account that asks none over the network; what `work` throws.
 */
export const keepingKey = async (
  account: AccountSettings,
  key: GivenKey | undefined,
  work: () => Promise<void>,
): Promise<void> => {
  if (key !== undefined) key.keep(hostFor(account))
  try {
    await work()
  } catch (error) {
    takeAway(key, account.id, error)
    throw error
  }
}

const takeAway = (key: GivenKey | undefined, id: string, reason: unknown): void => {
  try {
    key?.drop()
  } catch (error) {
    const message = `${id} was not added, and the key that came with it could not be taken away; add ${id} again to replace it`
    throw new AggregateError([reason, error], message, { cause: error })
  }
}

const hostFor = ({ id, model }: AccountSettings): string => {
  if (model === null || model.kind !== 'openai' || !URL.canParse(model.baseUrl)) {
    const message = 'has no host to go to: the account asks no model over the network'
    const problems = [{ path: 'model_api_key', message, remedy: 'Leave it out, or say which model to ask.' }]
    throw new AdminRefused('invalid', `model_api_key of ${id} ${message}`, { problems })
  }
  return new URL(model.baseUrl).host
}

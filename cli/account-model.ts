/** The model an account asks, made with that account's secrets and no other's. */
import { CapabilityMemory } from '../adapters/model/capability.ts'
import { openaiModel } from '../adapters/model/openai-model.ts'
import { scriptedModel } from '../adapters/model/scripted-model.ts'
import type { Model } from '../domain/model/port.ts'
import type { ModelSecrets, ModelSettings } from '../domain/model/settings.ts'

const NO_SECRETS: ModelSecrets = { apiKey: null, headers: {} }

/** `capabilities` is what endpoints are known to be able to do; left out, it is found out anew. */
export const accountModel = (
  account: { id: string; model: ModelSettings },
  secrets: Readonly<Record<string, ModelSecrets>>,
  capabilities: CapabilityMemory = new CapabilityMemory(null),
): Model => {
  if (account.model.kind === 'scripted') return scriptedModel()
  const own = Object.hasOwn(secrets, account.id) ? secrets[account.id] : undefined
  return openaiModel(account.model, own ?? NO_SECRETS, capabilities)
}

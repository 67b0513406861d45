/** The models of all accounts that ask one: over the network, built in, from a cassette, or both. */
import { join } from 'node:path'
import { asksModel } from '../actors/load-strategy.ts'
import { CapabilityMemory } from '../adapters/model/capability.ts'
import { Cassette, CassetteModel } from '../adapters/model/cassette-model.ts'
import type { Model } from '../domain/model/port.ts'
import type { ModelSettings } from '../domain/model/settings.ts'
import type { AccountSettings, EngineSettings } from '../domain/settings.ts'
import { accountModel } from './account-model.ts'
import { UsageError } from './exit.ts'

/** Nobody but the cassette answers. */
const isReplay = ({ strategy }: AccountSettings, model: ModelSettings): boolean =>
  strategy.name === 'replay' || model.cassetteOnly

/** What endpoints turned out to be able to do: each refusal of a form is met once, not at every start. */
export const CAPABILITIES_FILE = 'model-capabilities.json'

/** Accounts that name the same file share it: of two that asked the same, each gets the answer it got. */
const openCassettes = (): ((file: string) => Cassette) => {
  const open = new Map<string, Cassette>()
  return file => {
    const cassette = open.get(file) ?? new Cassette(file)
    open.set(file, cassette)
    return cassette
  }
}

/** @throws UsageError for an account that has nobody to ask, CassetteError for a file that is no cassette. */
export const accountModels = ({ accounts, modelSecrets, dataDir }: EngineSettings): Map<string, Model> => {
  const models = new Map<string, Model>()
  const capabilities = new CapabilityMemory(join(dataDir, CAPABILITIES_FILE))
  const cassetteOf = openCassettes()
  for (const account of accounts) {
    const { id, model, strategy } = account
    if (!asksModel(strategy.name)) continue
    if (model === null) {
      throw new UsageError(
        `Account ${id} decides by ${strategy.name} and has no model: give it one, as model.name`,
      )
    }
    const inner = isReplay(account, model) ? null : accountModel({ id, model }, modelSecrets, capabilities)
    if (model.cassette !== null) models.set(id, new CassetteModel(cassetteOf(model.cassette), inner))
    else if (inner !== null) models.set(id, inner)
    else throw new UsageError(`Account ${id} replays and has no recording: name its file as model.cassette`)
  }
  return models
}

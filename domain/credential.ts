/** Credentials of accounts that are kept encrypted, and what may be told of them. */
import type { Secret } from './secret.ts'

/** What an account can be given a credential for. */
export const CREDENTIAL_FIELDS = ['model_api_key'] as const
export type CredentialField = (typeof CREDENTIAL_FIELDS)[number]

/** All that is ever shown. */
export type CredentialInfo = {
  field: CredentialField
  hasKey: boolean
  /** Its last four characters, of one that is long enough to keep the rest to itself. */
  last4: string | null
  /** Host it is sent to, and no other. */
  host: string | null
  /** Epoch ms. */
  updatedAt: number | null
  /** Number of the master key it is encrypted with. */
  keyVersion: number | null
}

export interface CredentialStore {
  describe(accountId: string): CredentialInfo[]
  /** Encrypts and keeps it. Throws when it cannot be encrypted; plain text is never written. */
  put(accountId: string, field: CredentialField, value: Secret, host: string | null): CredentialInfo
  /** False when there was none. */
  remove(accountId: string, field: CredentialField): boolean
}

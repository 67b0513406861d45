/** A credential or its key that cannot be used. The message names the place and the remedy, never a value. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
}

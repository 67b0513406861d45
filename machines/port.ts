/** A service a machine asks for and does not have: the wiring provides it, and says so loudly when it does not. */
import { fromPromise } from 'xstate'

export const port = <Output, Input>(name: string) =>
  fromPromise<Output, Input>(() => Promise.reject(new Error(`Invariant: service ${name} was not provided`)))

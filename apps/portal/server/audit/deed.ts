import type { Actor, Origin } from '../identity/actor.ts'

/** Who does something, from where and when: what every verb needs to write its audit entry. */
export interface Deed {
  readonly actor: Actor
  readonly origin: Origin
  readonly now: Date
}

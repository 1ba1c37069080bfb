import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'

/** Graph's sentence for an id or name that nothing in this tenant has. */
export function noSuchResource(id: string): Refusal {
  return new Refusal(
    'notFound',
    `Resource '${id.slice(0, 120)}' does not exist or one of its queried reference-property objects are not present.`,
  )
}

/** An id as it stands in an address. @throws {Refusal} `notFound` for what can be nobody's. */
export function readId(text: string): string {
  if (!isUuid(text)) throw noSuchResource(text)
  return text.toLowerCase()
}

/** A name as it is compared: NFC, lower case. Stored beside the name, so that SQL never folds. */
export function toKey(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}

/** The texts among an object's properties as they are compared, by the same names. */
export function toPropertyKeys(properties: object): Readonly<Record<string, string>> {
  const texts = Object.entries(properties).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts.map(([name, value]) => [name, toKey(value)]))
}

/** The part of an address behind the `@`, as it is compared. */
export function domainOf(address: string): string {
  return toKey(address.slice(address.lastIndexOf('@') + 1))
}

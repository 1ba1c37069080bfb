/** A name as it is compared: NFC, lower case. Stored beside the name, so that SQL never folds. */
export function toKey(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC')
}

/** The part of an address behind the `@`, as it is compared. */
export function domainOf(address: string): string {
  return toKey(address.slice(address.lastIndexOf('@') + 1))
}

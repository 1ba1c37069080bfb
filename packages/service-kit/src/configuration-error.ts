/**
 * Something about the machine or the settings that the person who started Muster must mend: a bad flag, a port in use,
 * a data folder that is taken, a database out of reach. The command prints `message` as exactly one line and exits 2.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

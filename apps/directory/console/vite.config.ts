import { consoleConfig } from '@muster/console-kit/build/console-config.ts'

export default consoleConfig(import.meta.dirname, 7490)

import { startProvisioning } from '@muster/directory/server/provisioning-node.ts'
import { readyApp } from '../databases.ts'
import { Opened } from '../opened.ts'
import type { Settings } from '../settings.ts'
import { openGround } from '../start.ts'
import { untilTold } from './until-told.ts'

/** `muster directory worker`: does provisioning work only, beside directories on the same database. It has no HTTP. */
export async function runWorker(settings: Settings): Promise<void> {
  const start = () =>
    Opened.during(async (opened) => {
      const { clock, databases, logger } = await openGround(settings, opened)
      const ready = await readyApp(settings, databases, 'directory', clock)
      const node = startProvisioning({
        ...ready,
        outbound: settings.outbound,
        logger: logger.child({ app: 'directory worker' }),
      })
      opened.add(() => node.stop())
      return { stop: () => opened.closeAll() }
    })
  await untilTold(start, () => process.stdout.write('\n  Provisioning work is done here.\n\n  Ctrl-C stops it.\n\n'))
}

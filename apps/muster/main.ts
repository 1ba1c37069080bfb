import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { Command, CommanderError } from 'commander'
import type { AdminFlags } from './commands/admin.ts'
import type { AppName } from './databases.ts'
import { type Flags, readSettings } from './settings.ts'
import { VERSION } from './version.ts'

// Commands are loaded when they are called: a typing error is answered without opening half the house.
// A subcommand's own flags stand behind its name; those of the command above it may stand before.
const settingsOf = (command: Command) => readSettings(command.optsWithGlobals() as Flags, process.env)

/** Flags that say where the data is; every command that opens it takes them. */
function withData(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder (MUSTER_DATA_DIR; default ./.muster)')
    .option(
      '--database-url <url>',
      "PostgreSQL 15 or later (MUSTER_DATABASE_URL; default: Muster's own under the data folder)",
    )
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent (MUSTER_LOG_LEVEL; default info)')
}

const program = new Command('muster')
  .description('SCIM provisioning, both ends: a portal that obeys, a directory that tells it.')
  .version(VERSION)
  .exitOverride()
  .enablePositionalOptions()
  .configureOutput({ writeErr: () => {} })
  .showHelpAfterError(false)

/** Flags of whatever listens, after those of the apps that it runs. */
function withServer(command: Command, apps: readonly AppName[]): Command {
  withData(command)
  if (apps.includes('portal'))
    command
      .option('--portal-port <n>', 'port of the portal, 0 for any free one (MUSTER_PORTAL_PORT; default 7480)')
      .option('--portal-url <url>', 'where others reach the portal, behind a proxy (MUSTER_PORTAL_URL)')
  if (apps.includes('directory'))
    command
      .option('--directory-port <n>', 'port of the directory, 0 for any free one (MUSTER_DIRECTORY_PORT; default 7490)')
      .option('--directory-url <url>', 'where others reach the directory, behind a proxy (MUSTER_DIRECTORY_URL)')
      .option('--sample <n>', 'people of the sample directory on a first run (MUSTER_SAMPLE; default 25)')
      .option('--empty', 'no sample directory')
      .option(
        '--cycle-interval <duration>',
        'time between provisioning cycles, ISO 8601, at least PT10S (MUSTER_CYCLE_INTERVAL; default PT40M)',
      )
  return command
    .option('--host <h>', 'address to listen on (MUSTER_HOST; default 127.0.0.1)')
    .option('--bootstrap-file <file>', 'write addresses and first secrets there, mode 0600 (MUSTER_BOOTSTRAP_FILE)')
    .action(async (_flags, command: Command) => {
      const settings = settingsOf(command)
      await (await import('./commands/up.ts')).runUp(settings, apps)
    })
}

withServer(program.command('up'), ['portal', 'directory']).description(
  'portal and directory in one process\n  muster up --data ./.muster',
)
withServer(program.command('portal'), ['portal']).description(
  'the portal alone; several may share one database\n  muster portal --database-url postgres://…',
)
const directory = withServer(program.command('directory'), ['directory']).description(
  'the directory alone, provisioning included; several may share one database\n  muster directory --database-url postgres://…',
)
withData(directory.command('worker'))
  .description('provisioning work only, no HTTP\n  muster directory worker --database-url postgres://…')
  .action(async (_flags, command: Command) => {
    const settings = settingsOf(command)
    await (await import('./commands/worker.ts')).runWorker(settings)
  })

const admin = program
  .command('admin')
  .description('make workspaces and tenants, renew keys and passwords; while Muster runs, or when it does not')
const workspaceFlag = ['--workspace <id>', 'which one; may be left out while there is only one'] as const
const tenantFlag = ['--tenant <id>', 'which one; may be left out while there is only one'] as const
const workspaces = admin.command('workspace').description("the portal's customers")
errand(workspaces, 'create', 'a workspace, its first admin and an API key', '--name Acme --admin-email a@acme.example')
  .requiredOption('--name <name>', 'what people call it')
  .requiredOption('--admin-email <address>', 'what its first admin signs in with')
errand(workspaces, 'list', 'every workspace, the oldest first', '')
errand(workspaces, 'new-key', 'another API key with the Admin role, shown once', '--workspace abcdefgh').option(
  ...workspaceFlag,
)
errand(
  workspaces,
  'clear-ip-allowlist',
  'let every address call again, when the list has shut everybody out',
  '--workspace abcdefgh',
).option(...workspaceFlag)
errand(
  workspaces,
  'reset-password',
  "another password for the first admin; turns sign-in by password on again and ends the admin's sessions",
  '--workspace abcdefgh',
).option(...workspaceFlag)
const tenants = admin.command('tenant').description("the directory's customers")
errand(tenants, 'create', 'a tenant, its first Global Administrator and an API client', '--name Acme').requiredOption(
  '--name <name>',
  'what people call it',
)
errand(tenants, 'list', 'every tenant, the oldest first', '')
errand(tenants, 'new-key', 'another secret for the API client; the old one ends', '--tenant ID').option(...tenantFlag)
errand(tenants, 'reset-password', 'another password for somebody, whose sessions end', '--user admin@acme.example')
  .option(...tenantFlag)
  .requiredOption('--user <name>', 'their user principal name')

/** One errand of `muster admin`, with the flags that all of them take. */
function errand(group: Command, name: string, what: string, example: string): Command {
  return withData(group.command(name))
    .description(`${what}\n  muster admin ${group.name()} ${name} ${example}`.trimEnd())
    .option('--json', 'answer one JSON object')
    .action(async (flags: AdminFlags, command: Command) => {
      const settings = settingsOf(command)
      const kind = group.name() === 'tenant' ? 'tenant' : 'workspace'
      await (await import('./commands/admin.ts')).runAdmin(settings, kind, name, flags)
    })
}

withData(program.command('tour'))
  .description(
    'the walkthrough, step by step, against a throw-away Muster or the one a file names\n  muster tour --verbose',
  )
  .option('--json', 'answer one JSON object')
  .option('--verbose', 'say each request on standard error')
  .option('--bootstrap-file <file>', 'walk through the Muster that this file names')
  .action(async (flags, command: Command) => {
    const settings = settingsOf(command)
    process.exitCode = await (await import('./commands/tour.ts')).runTour(settings, flags)
  })

withData(program.command('migrate'))
  .description('bring the database up to date and leave\n  muster migrate --database-url postgres://…')
  .action(async (_flags, command: Command) => {
    const settings = settingsOf(command)
    await (await import('./commands/migrate.ts')).runMigrate(settings)
  })

program
  .command('test', { hidden: true })
  .argument('[paths...]')
  .allowUnknownOption()
  .action(async (paths: string[]) => {
    process.exitCode = await (await import('./commands/test.ts')).runTests(paths)
  })

program
  .command('crash', { hidden: true })
  .argument('[args...]')
  .allowUnknownOption()
  .action(async (args: string[]) => {
    process.exitCode = await (await import('./commands/crash.ts')).runCrash(args)
  })

program
  .command('fuzz', { hidden: true })
  .argument('[args...]')
  .allowUnknownOption()
  .action(async (args: string[]) => {
    process.exitCode = await (await import('./commands/fuzz.ts')).runFuzz(args)
  })

program.command('screenshots', { hidden: true }).action(async () => {
  process.exitCode = await (await import('./commands/run-node.ts')).runNode(['test/browser/screenshots.ts'], {})
})

program
  .command('bench', { hidden: true })
  .argument('[args...]')
  .allowUnknownOption()
  .action(async (args: string[]) => {
    process.exitCode = await (await import('./commands/bench.ts')).runBench(args)
  })

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0
  else if (error instanceof CommanderError || error instanceof ConfigurationError) {
    process.stderr.write(`muster: ${oneLine(error)}\n`)
    process.exitCode = 2
  } else throw error
}

function oneLine(error: Error): string {
  if (error instanceof CommanderError && error.code === 'commander.help')
    return 'name a command; muster --help lists them'
  return error.message.replace(/^error: /, '').replace(/\s+/g, ' ')
}

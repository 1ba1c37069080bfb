import { Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { exactTime } from '@muster/console-kit/time-ago.tsx'
import type { AuditLogView } from '../../../contract/audit-logs.ts'
import { ACTOR_TYPES, actionWord, actorName, OBJECT_TYPES, sentenceOf } from './audit-words.ts'
import classes from './changes.module.css'
import { Changes } from './changes.tsx'

/** One entry whole: who, when, from where, and what changed. */
export function EntryPanel({
  entry,
  keyNames,
  onClose,
}: {
  readonly entry: AuditLogView
  readonly keyNames: ReadonlyMap<string, string>
  readonly onClose: () => void
}) {
  const { objectType, objectIdentifier, objectId, timestamp, actorType, actorIdentifier, ipAddress, requestId } = entry
  const raw = JSON.stringify(entry, null, 2)
  return (
    <SidePanel title={sentenceOf(entry)} onClose={onClose}>
      <Stack gap="lg">
        <Facts
          items={[
            ['Actor', `${actorName(entry, keyNames)} · ${ACTOR_TYPES[actorType] ?? actorType}`],
            actorType === 'API_KEY' &&
              actorIdentifier !== undefined && ['API key', <Copyable key="cid" value={actorIdentifier} />],
            ['Action type', actionWord(entry)],
            ['Object type', OBJECT_TYPES[objectType] ?? objectType],
            ['Object', <Copyable key="object" value={objectIdentifier} label="Copy the identifier" />],
            objectId !== undefined && ['Object id', <Copyable key="id" value={objectId} label="Copy the id" />],
            ['Date', exactTime(new Date(timestamp))],
            ipAddress !== undefined && ['IP address', <Code key="ip">{ipAddress}</Code>],
            requestId !== undefined && ['Request', <Copyable key="request" value={requestId} />],
          ]}
        />
        <section aria-label="What changed">
          <Title order={2} mb="xs">
            What changed
          </Title>
          <Changes details={entry.details} />
        </section>
        <section aria-label="Raw entry">
          <Group justify="space-between" mb="xs">
            <Text size="sm" fw={500}>
              As the API has it
            </Text>
            <CopyButton value={raw}>
              {({ copied, copy }) => (
                <Button variant="default" size="compact-sm" onClick={copy}>
                  {copied ? 'Copied' : 'Copy JSON'}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block className={classes.raw} tabIndex={0}>
            {raw}
          </Code>
        </section>
      </Stack>
    </SidePanel>
  )
}

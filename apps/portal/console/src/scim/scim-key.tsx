import { Button, Stack, Text } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ApiKeyCreated } from '../api-keys/api-key-queries.ts'
import { GuardedSecret } from '../api-keys/credential-fields.tsx'
import { useMe } from '../me.tsx'
import { PERMISSION, SCIM_PERMISSIONS } from '../permissions.ts'
import { tenantUrl } from './connection.tsx'
import { makeScimKey } from './make-scim-key.ts'

/** What making the key takes beside the page's own permission: a role and a key are made, and nobody gives what they lack. */
const NEEDED = [PERMISSION.editApiKeys, PERMISSION.editRoles, PERMISSION.viewRoles, PERMISSION.manageIdentityMappings]

/** What to paste into the directory: the address, and a key with just the three permissions. */
export function ScimKeySection() {
  const me = useMe()
  const [created, setCreated] = useState<ApiKeyCreated>()
  const create = useMutation({ mutationFn: makeScimKey, onSuccess: setCreated })
  const missing = NEEDED.filter((permission) => !me.may(permission))
  return (
    <Section
      title="Connect your directory"
      description="Two values to paste in Microsoft Entra, under Provisioning → Connect your application."
      {...(missing.length === 0
        ? {
            actions: (
              <Button loading={create.isPending} onClick={() => create.mutate()}>
                Create SCIM key
              </Button>
            ),
          }
        : {})}
    >
      <Stack gap="md">
        <Facts
          items={[
            ['Tenant URL', <Copyable key="url" value={tenantUrl()} label="Copy the Tenant URL" isWhole />],
            [
              'Secret token',
              missing.length === 0
                ? 'A SCIM key. It is shown once, when it is created.'
                : `To create a SCIM key you also need ${missing.map((name) => `“${name}”`).join(', ')}.`,
            ],
          ]}
        />
        {create.error && <Failed error={create.error} title="The key was not created" />}
      </Stack>
      {created && (
        <GuardedSecret
          title={`The key “${created.name}” is ready`}
          label="Secret token"
          secret={created.apiKey}
          onSaved={() => setCreated(undefined)}
        >
          <Stack gap="sm">
            <Facts
              items={[['Tenant URL', <Copyable key="url" value={tenantUrl()} label="Copy the Tenant URL" isWhole />]]}
            />
            <Text size="sm">
              Paste both in Microsoft Entra: your enterprise app → Provisioning → Connect your application, with Bearer
              authentication. Then choose Test connection.
            </Text>
            <Text size="sm" c="dimmed">
              It may do what SCIM needs and nothing else: {SCIM_PERMISSIONS.join(', ')}. It has no end; delete it under
              API keys when the directory has a new one.
            </Text>
          </Stack>
        </GuardedSecret>
      )}
    </Section>
  )
}

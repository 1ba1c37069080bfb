import { Button } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Expiry } from '@muster/console-kit/expiry-field.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useState } from 'react'
import { api } from '../api.ts'
import { type Named, NamedForm } from '../named-form.tsx'
import { roleName } from '../roles/role-names.ts'
import { type ApiKeyView, pathOfKey, readApiKey, refreshApiKeys, useApiKey } from './api-key-queries.ts'
import { DeleteKey } from './delete-key.tsx'
import { LastFour } from './last-four.tsx'

/** A key: what is known of it, what it is called, and its end. */
export function KeyPanel({ cid, onClose }: { readonly cid: string; readonly onClose: () => void }) {
  const key = useApiKey(cid)
  return (
    <SidePanel title={key.data?.name ?? 'API key'} onClose={onClose}>
      <Loaded query={key}>{(found) => <KeyForm key={found.cid} loaded={found} onClose={onClose} />}</Loaded>
    </SidePanel>
  )
}

const namedOf = ({ name, description }: ApiKeyView): Named => ({ name, description: description ?? '' })

function KeyForm({ loaded, onClose }: { readonly loaded: ApiKeyView; readonly onClose: () => void }) {
  const { cid } = loaded
  const [isDeleting, setDeleting] = useState(false)
  return (
    <>
      <NamedForm
        draft={`api-key-${cid}`}
        loaded={namedOf(loaded)}
        hint="Roles, expiry and the key itself never change: make a new key for that."
        read={async () => namedOf(await readApiKey(cid))}
        write={async ({ name, description }) => {
          const body = { name, ...(description === '' ? {} : { description }) }
          return (await api<ApiKeyView>(pathOfKey(cid), { method: 'PUT', body })).name
        }}
        onSaved={() => {
          void refreshApiKeys()
          onClose()
        }}
        summary={
          <Button variant="subtle" color="red" onClick={() => setDeleting(true)}>
            Delete key
          </Button>
        }
      >
        <Facts
          items={[
            ['Key', <LastFour key="key" last4={loaded.last4} />],
            ['Id', <Copyable key="id" value={cid} label="Copy the id" />],
            ['Roles', loaded.roles.map(roleName).join(', ')],
            ['Created', <TimeAgo key="created" value={loaded.createdDate} isFocusable />],
            ['Last used', <TimeAgo key="used" value={loaded.lastUsedDate} isFocusable />],
            ['Expires', <Expiry key="expires" value={loaded.expirationDate} />],
          ]}
        />
      </NamedForm>
      {isDeleting && <DeleteKey apiKey={loaded} onClose={() => setDeleting(false)} onDeleted={onClose} />}
    </>
  )
}

import { Button } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Expiry } from '@muster/console-kit/expiry-field.tsx'
import { Facts } from '@muster/console-kit/facts.tsx'
import { fieldErrors, focusFirstError } from '@muster/console-kit/form-errors.ts'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed, Loaded } from '@muster/console-kit/states.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUnsaved } from '@muster/console-kit/unsaved.ts'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api } from '../api.ts'
import { type Difference, differences } from '../changed-fields.ts'
import { roleName } from '../roles/role-names.ts'
import { type ApiKeyView, pathOfKey, readApiKey, refreshApiKeys, useApiKey } from './api-key-queries.ts'
import { descriptionProblem, NameFields, nameProblem } from './credential-fields.tsx'
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

type Values = { name: string; description: string }

const valuesOf = ({ name, description }: ApiKeyView): Values => ({ name, description: description ?? '' })

function KeyForm({ loaded, onClose }: { readonly loaded: ApiKeyView; readonly onClose: () => void }) {
  // What the form was filled from: a later reading must not pass for it.
  const [base, setBase] = useState(loaded)
  const [meanwhile, setMeanwhile] = useState<readonly Difference[]>([])
  const [isDeleting, setDeleting] = useState(false)
  const element = useRef<HTMLFormElement>(null)
  const form = useForm<Values>({
    initialValues: valuesOf(loaded),
    validateInputOnBlur: true,
    validate: { name: nameProblem, description: descriptionProblem },
  })
  const forget = useUnsaved(`api-key-${loaded.cid}`, form)
  const take = (key: ApiKeyView) => {
    setBase(key)
    setMeanwhile([])
    form.setInitialValues(valuesOf(key))
    form.setValues(valuesOf(key))
    form.clearErrors()
  }
  const save = useMutation({
    mutationFn: async ({ isSure }: { readonly isSure: boolean }) => {
      const present = await readApiKey(loaded.cid)
      const changes = isSure ? [] : differences(base, present, { name: 'the name', description: 'the description' })
      if (changes.length > 0) return { changes, present }
      const { name, description } = form.getValues()
      const body = { name: name.trim(), ...(description.trim() === '' ? {} : { description: description.trim() }) }
      return { changes, present: await api<ApiKeyView>(pathOfKey(loaded.cid), { method: 'PUT', body }) }
    },
    onSuccess: ({ changes, present }) => {
      setMeanwhile(changes)
      if (changes.length > 0) return
      forget()
      void refreshApiKeys()
      toldDone(`${present.name} was saved`)
      onClose()
    },
    onError: (error) => {
      form.setErrors(fieldErrors(error, ['name', 'description']))
      focusFirstError(element.current)
    },
  })
  const isAtField = save.error !== null && Object.keys(form.errors).length > 0
  return (
    <>
      <PanelForm
        ref={element}
        onSubmit={form.onSubmit(
          () => save.mutate({ isSure: false }),
          () => focusFirstError(element.current),
        )}
        notice={
          <>
            {meanwhile.length > 0 && (
              <Meanwhile
                isBusy={save.isPending}
                onLoadTheirs={() => void readApiKey(loaded.cid).then(take)}
                onSaveMine={() => save.mutate({ isSure: true })}
              >
                {meanwhile.map((sentence) => (
                  <div key={sentence}>{sentence}</div>
                ))}
              </Meanwhile>
            )}
            {save.error && !isAtField && <Failed error={save.error} title="Nothing was saved" />}
          </>
        }
        summary={
          <Button variant="subtle" color="red" onClick={() => setDeleting(true)}>
            Delete key
          </Button>
        }
        actions={
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty() || meanwhile.length > 0}>
            Save
          </Button>
        }
      >
        <Facts
          items={[
            ['Key', <LastFour key="key" last4={loaded.last4} />],
            ['Id', <Copyable key="id" value={loaded.cid} label="Copy the id" />],
            ['Roles', loaded.roles.map(roleName).join(', ')],
            ['Created', <TimeAgo key="created" value={loaded.createdDate} isFocusable />],
            ['Last used', <TimeAgo key="used" value={loaded.lastUsedDate} isFocusable />],
            ['Expires', <Expiry key="expires" value={loaded.expirationDate} />],
          ]}
        />
        <NameFields form={form} hint="Roles, expiry and the key itself never change: make a new key for that." />
      </PanelForm>
      {isDeleting && <DeleteKey apiKey={loaded} onClose={() => setDeleting(false)} onDeleted={onClose} />}
    </>
  )
}

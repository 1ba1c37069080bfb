import { Radio, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useDraft } from '@muster/console-kit/draft.ts'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUrl } from '@muster/console-kit/url.tsx'
import { useState } from 'react'
import { appAddress, appQuery, createApp } from './app-queries.ts'

const LONGEST_NAME = 120

/** Create your own application: its name, and what is to be done with it. */
export function CreateAppPanel({ onClose }: { readonly onClose: () => void }) {
  const { go } = useUrl()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const form = useForm({
    initialValues: { name: '' },
    validateInputOnBlur: true,
    validate: {
      name: (name) =>
        name.trim() === ''
          ? 'Give the app a name that administrators will know it by.'
          : name.trim().length > LONGEST_NAME
            ? `A name has at most ${LONGEST_NAME} characters; this one has ${name.trim().length}.`
            : null,
    },
  })
  const forget = useDraft('create-app', form)
  const create = async (name: string) => {
    setBusy(true)
    setError(undefined)
    try {
      const app = await createApp(name.trim())
      forget()
      queryClient.setQueryData(appQuery(app.id).queryKey, app)
      void queryClient.invalidateQueries({ queryKey: ['apps'] })
      toldDone(`${app.displayName} was created`)
      go(appAddress(app.id))
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return (
    <SidePanel title="Create your own application" onClose={onClose}>
      <PanelForm
        onSubmit={form.onSubmit(
          ({ name }) => void create(name),
          () => form.getInputNode('name')?.focus(),
        )}
        notice={error !== undefined && <Failed error={error} title="The app was not created" />}
        actions={
          <CancelOr
            verb="Create"
            isBusy={isBusy}
            onCancel={() => {
              forget()
              onClose()
            }}
          />
        }
      >
        <TextInput
          label="What's the name of your app?"
          description="Shown to administrators and in the logs."
          required
          withAsterisk={false}
          data-autofocus
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Radio.Group label="What are you looking to do with your application?" value="non-gallery">
          <Radio
            mt="xs"
            value="non-gallery"
            readOnly
            label="Integrate any other application you don't find in the gallery (Non-gallery)"
            description="People and groups are provisioned to it over SCIM 2.0."
          />
        </Radio.Group>
        <Text size="sm" c="dimmed">
          Nothing is sent anywhere yet. You connect the app under Provisioning, and choose who is in it under Users and
          groups.
        </Text>
      </PanelForm>
    </SidePanel>
  )
}

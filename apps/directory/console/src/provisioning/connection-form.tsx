import { Alert, Anchor, Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDraft } from '@muster/console-kit/draft.ts'
import { useLeaveGuard } from '@muster/console-kit/leave-guard.ts'
import { Failed } from '@muster/console-kit/states.tsx'
import { IconCircleCheck } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { readVerdict, type Verdict } from './connection-verdict.ts'
import { testConnection } from './provisioning-queries.ts'
import { adviseOnUrl } from './tenant-url.ts'
import { VerdictDetails } from './verdict-details.tsx'

export interface ConnectionValues {
  readonly tenantUrl: string
  /** Empty: the kept one stays. */
  readonly token: string
}

type Outcome = { readonly verdict: Verdict; readonly of: string } | { readonly isGood: true; readonly of: string }

const BEARER = 'bearer'
const keyOf = ({ tenantUrl, token }: ConnectionValues) => JSON.stringify([tenantUrl.trim(), token.trim()])

/**
 * Where the target system is and how it knows us. What is saved has been tested: saving tests it unless that has just
 * been done.
 */
export function ConnectionForm({
  appId,
  initial,
  hasToken,
  verb,
  notSaved,
  isEdit = false,
  onSave,
  onCancel,
  children,
}: {
  readonly appId: string
  readonly initial: ConnectionValues
  /** A token is kept already, and stays unless another is typed. */
  readonly hasToken: boolean
  /** What the primary button says. */
  readonly verb: string
  /** What to say when nothing came of it: "Nothing was created". */
  readonly notSaved: string
  /** What is saved exists already: without a change there is nothing to save. */
  readonly isEdit?: boolean
  /** `held` when it is not saved yet, because somebody else changed it meanwhile. */
  readonly onSave: (values: ConnectionValues) => Promise<'saved' | 'held'>
  readonly onCancel?: () => void
  /** Shown above the buttons: what somebody else changed meanwhile. Is handed what forgets what was typed. */
  readonly children?: (forget: () => void) => ReactNode
}) {
  const form = useForm<ConnectionValues>({
    initialValues: initial,
    validateInputOnBlur: true,
    validate: {
      tenantUrl: (text) => adviseOnUrl(text).error ?? null,
      token: (text) => (text.trim() === '' && !hasToken ? 'Enter the key that the target system showed once.' : null),
    },
  })
  const forget = useDraft(`connection:${appId}`, form, ['token'])
  const [outcome, setOutcome] = useState<Outcome>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState<'test' | 'save'>()
  const [lastDone, setLastDone] = useState<'test' | 'save'>()
  useLeaveGuard(form.values.token !== '' && busy === undefined)

  const test = async (values: ConnectionValues): Promise<boolean> => {
    const of = keyOf(values)
    setOutcome(undefined)
    try {
      await testConnection(appId, values.tenantUrl.trim(), values.token.trim())
      setOutcome({ isGood: true, of })
      return true
    } catch (refusal) {
      const verdict = readVerdict(refusal)
      setOutcome({ verdict, of })
      if (verdict.field === 'none') setError(refusal)
      else form.getInputNode(verdict.field)?.focus()
      return false
    }
  }
  const run = (what: 'test' | 'save', values: ConnectionValues) => {
    if (busy) return
    setBusy(what)
    setLastDone(what)
    setError(undefined)
    void act(what, values).finally(() => setBusy(undefined))
  }
  const act = async (what: 'test' | 'save', values: ConnectionValues) => {
    const isTested = outcome !== undefined && 'isGood' in outcome && outcome.of === keyOf(values)
    if (what === 'test' || !isTested) if (!(await test(values)) || what === 'test') return
    try {
      const came = await onSave({ tenantUrl: values.tenantUrl.trim(), token: values.token.trim() })
      if (came === 'held') return
      forget()
      form.setFieldValue('token', '')
      form.resetDirty()
      setOutcome(undefined)
    } catch (refusal) {
      setError(refusal)
    }
  }
  const toFirstError = (errors: Readonly<Record<string, unknown>>) =>
    form.getInputNode(Object.keys(errors)[0] ?? '')?.focus()

  // A verdict is on what was tested: it goes when something else is typed.
  const shown = outcome?.of === keyOf(form.values) ? outcome : undefined
  const verdict = shown && 'verdict' in shown ? shown.verdict : undefined
  const at = (field: 'tenantUrl' | 'token') =>
    verdict?.field === field ? <VerdictDetails verdict={verdict} /> : undefined
  const { hint, instead } = adviseOnUrl(form.values.tenantUrl)
  const isTyped = form.values.tenantUrl.trim() !== ''
  return (
    <form onSubmit={form.onSubmit((values) => run('save', values), toFirstError)} noValidate>
      <Stack gap="lg">
        <Select
          label="Select authentication method"
          data={[{ value: BEARER, label: 'Bearer authentication' }]}
          value={BEARER}
          allowDeselect={false}
          description="The target system knows this directory by a key that is sent with every request."
        />
        <div>
          <TextInput
            label="Tenant URL"
            description="The SCIM address that the target system shows, such as https://host/scim/v2."
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('tenantUrl')}
            error={form.errors.tenantUrl ?? at('tenantUrl')}
          />
          {isTyped && instead !== undefined && (
            <Text size="sm" c="dimmed" mt={4} role="status">
              {hint}{' '}
              <Anchor
                component="button"
                type="button"
                size="sm"
                onClick={() => {
                  form.setFieldValue('tenantUrl', instead)
                  form.clearFieldError('tenantUrl')
                }}
              >
                Use {instead}
              </Anchor>
            </Text>
          )}
          {isTyped && instead === undefined && hint !== undefined && (
            <Text size="sm" c="dimmed" mt={4} role="status">
              {hint}
            </Text>
          )}
        </div>
        <PasswordInput
          label="Secret token"
          description={
            hasToken
              ? 'A token is kept, and never shown again. It stays unless you type another.'
              : 'The API key of the target system. It is kept encrypted and never shown again.'
          }
          placeholder={hasToken ? '••••••••••••' : ''}
          autoComplete="new-password"
          spellCheck={false}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what is typed', tabIndex: 0 }}
          {...form.getInputProps('token')}
          error={form.errors.token ?? at('token')}
          // This input of Mantine's says so to nobody but the eye.
          aria-invalid={(form.errors.token ?? at('token')) !== undefined}
        />
        {shown && 'isGood' in shown && (
          <Alert color="green" variant="outline" icon={<IconCircleCheck aria-hidden />} title="Success" role="status">
            A person and a group that can’t exist were looked for at {form.values.tenantUrl.trim()}: both times the
            target system accepted the token and answered with an empty list, as SCIM asks.
          </Alert>
        )}
        {error !== undefined && (
          <Failed error={error} title={verdict?.field === 'none' ? verdict.title : 'The connection was not saved'} />
        )}
        {verdict !== undefined && verdict.field !== 'none' && (
          <Text size="sm" c="var(--kit-bad)" role="alert">
            Test connection failed: {verdict.title}.{lastDone === 'save' && ` ${notSaved}.`}
          </Text>
        )}
        {children?.(forget)}
        <Group justify="space-between">
          <Button
            variant="default"
            loading={busy === 'test'}
            onClick={() => {
              const { hasErrors, errors } = form.validate()
              if (hasErrors) toFirstError(errors)
              else run('test', form.values)
            }}
          >
            Test connection
          </Button>
          <Group gap="xs">
            {onCancel && (
              <Button variant="default" onClick={onCancel}>
                Cancel
              </Button>
            )}
            <Button type="submit" loading={busy === 'save'} disabled={isEdit && !form.isDirty()}>
              {verb}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

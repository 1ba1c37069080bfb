import { Checkbox, PasswordInput, Stack } from '@mantine/core'

/** How somebody's password is made. */
export interface PasswordChoice {
  readonly isGenerated: boolean
  /** Typed, when it isn't generated. */
  readonly password: string
  readonly mustChange: boolean
}

export const USUAL_PASSWORD: PasswordChoice = { isGenerated: true, password: '', mustChange: true }

const SHORTEST = 8
const LONGEST = 256

/** Why a typed password can't be one; null when it can. */
export const passwordProblem = ({ isGenerated, password }: PasswordChoice): string | null =>
  isGenerated || (password.length >= SHORTEST && password.length <= LONGEST)
    ? null
    : `A password has ${SHORTEST} to ${LONGEST} characters; this has ${password.length}.`

/** Generates a password or lets one be typed, and says whether it holds only until the next sign-in. */
export function PasswordField({
  value,
  onChange,
  error,
}: {
  readonly value: PasswordChoice
  readonly onChange: (value: PasswordChoice) => void
  readonly error?: string | null
}) {
  return (
    <Stack gap="xs" role="group" aria-label="Password">
      <Checkbox
        label="Generate a password"
        description="It is shown once, when it is set."
        checked={value.isGenerated}
        onChange={({ currentTarget: { checked } }) => onChange({ ...value, isGenerated: checked })}
      />
      {!value.isGenerated && (
        <PasswordInput
          label="Password"
          autoComplete="new-password"
          value={value.password}
          onChange={({ currentTarget }) => onChange({ ...value, password: currentTarget.value })}
          error={error}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0, 'aria-hidden': false }}
        />
      )}
      <Checkbox
        label="Must be changed at the next sign-in"
        checked={value.mustChange}
        onChange={({ currentTarget: { checked } }) => onChange({ ...value, mustChange: checked })}
      />
    </Stack>
  )
}

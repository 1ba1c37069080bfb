import { Stack, Textarea, TextInput } from '@mantine/core'

export interface GroupForm {
  readonly displayName: string
  readonly description: string
}

const LONGEST_NAME = 256
const LONGEST_DESCRIPTION = 1_024

/** Why a text can't stand in a field; null when it can. */
export const groupProblems = {
  displayName: (text: string): string | null => {
    const { length } = text.trim()
    if (length === 0) return 'A name is needed: connected apps show the group by it.'
    return length > LONGEST_NAME ? `At most ${LONGEST_NAME} characters; this has ${length}.` : null
  },
  description: (text: string): string | null => {
    const { length } = text.trim()
    return length > LONGEST_DESCRIPTION ? `At most ${LONGEST_DESCRIPTION} characters; this has ${length}.` : null
  },
}

/** A group's name and description. */
export function GroupFields({ inputProps }: { readonly inputProps: (name: keyof GroupForm) => object }) {
  return (
    <Stack gap="md">
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        data-autofocus
        autoComplete="off"
        {...inputProps('displayName')}
      />
      <Textarea
        label="Description"
        description="Optional. What the group is for."
        autosize
        minRows={2}
        maxRows={8}
        {...inputProps('description')}
      />
    </Stack>
  )
}

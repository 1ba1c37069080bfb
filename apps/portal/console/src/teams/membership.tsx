import { Button, Modal, Stack, Text } from '@mantine/core'
import { ApiError } from '@muster/console-kit/api.ts'
import { DangerDialog } from '@muster/console-kit/danger-dialog.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { isIn } from './team-list.ts'
import { addMember, isDirectorys, refreshTeams, removeMember, type TeamView } from './team-queries.ts'

/** Joining and leaving a team oneself: a deed of those who may change teams kept by hand. */
export function Membership({ team }: { readonly team: TeamView }) {
  const me = useMe()
  const [isLeaving, setLeaving] = useState(false)
  const { user } = me
  const { teamTag, metadata, isArchived } = team
  const join = useMutation({
    mutationFn: async (email: string) => {
      const joined = await addMember(teamTag, email)
      if (!isIn(joined, user?.id)) throw new Error(`Someone else here has the address ${email}, and was added.`)
    },
    onSuccess: () => {
      toldDone(`You are in ${metadata.name}`)
      void refreshTeams()
    },
  })
  if (!user || isDirectorys(team) || !me.may(PERMISSION.editEntities)) return null
  if (isIn(team, user.id))
    return (
      <>
        <Button variant="default" onClick={() => setLeaving(true)}>
          Leave team
        </Button>
        {isLeaving && (
          <DangerDialog
            title={`Leave ${metadata.name}?`}
            verb="Leave team"
            onClose={() => setLeaving(false)}
            onConfirm={async () => {
              await removeMember(teamTag, user.id)
              toldDone(`You left ${metadata.name}`)
              await refreshTeams()
            }}
          >
            <Text size="sm">
              You lose what you may do through this team’s roles, at once. You can join again while you may edit teams.
            </Text>
          </DangerDialog>
        )}
      </>
    )
  if (isArchived) return null
  return (
    <>
      <Button loading={join.isPending} onClick={() => join.mutate(user.email)}>
        Join team
      </Button>
      {join.error && (
        <Modal opened onClose={() => join.reset()} title={`You are not in ${metadata.name}`}>
          <Stack gap="md">
            {join.error instanceof ApiError && join.error.status === 403 && (
              <Text size="sm">
                This team’s roles hold more than you do. Someone who holds as much can add you to it.
              </Text>
            )}
            <Failed error={join.error} title="Nothing was changed" />
          </Stack>
        </Modal>
      )}
    </>
  )
}
